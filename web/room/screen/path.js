/** Which way sound and picture take: said when it is a relay, and kept where the devices are chosen. */

import { element, say } from "./page.js";

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 */
export function tellPath(call, notices) {
  const line = element("path", HTMLElement);
  let relayed = false;
  const show = (/** @type {import("../call/call.js").Call["path"]} */ path) => {
    if (!path) return;
    line.dataset.protocol = path.protocol ?? "";
    line.dataset.way = path.relayed ? "relayed" : "direct";
    line.textContent = say(path.relayed ? "path_relayed" : "path_direct");
    if (path.relayed !== relayed) notices.tell(say(path.relayed ? "relayed" : "direct"));
    relayed = path.relayed;
  };
  call.on("path", show);
  show(call.path);
}
