/** Says in the meeting what befalls one's own devices, and when it is over. */

import { KINDS } from "../call/devices.js";
import { faultWords } from "./choosers.js";
import { say } from "./page.js";

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 */
export function tellMishaps(call, notices) {
  const { devices } = call;
  const told = new Map(KINDS.map((kind) => [kind, ""]));
  devices.on("changed", (kind) => {
    const words = faultWords(devices, kind);
    const before = told.get(kind);
    if (words === before) return;
    told.set(kind, words);
    if (call.state !== "live" && call.state !== "rejoining") return;
    if (words) notices.tell(words);
    else if (devices.live(kind)) notices.tell(say(`${kind}_again`));
  });
}
