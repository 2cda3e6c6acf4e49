/** How to give a device back to this page, in this browser on this system: the template has all the ways, one is shown. */

import { KINDS } from "../call/devices.js";
import { platformOf } from "../call/platform.js";

/**
 * @param {import("../call/devices.js").Devices} devices
 * @param {HTMLElement} holder written by partials/permission_help.html
 */
export function explainPermission(devices, holder) {
  const { browser, system } = platformOf(navigator.userAgent, navigator.maxTouchPoints);
  const draw = () => {
    const faults = KINDS.map((kind) => devices[kind].fault);
    holder.hidden = !faults.some((fault) => fault === "denied" || fault === "system");
    for (const way of holder.querySelectorAll("[data-system]")) {
      const { system: of, browser: by } = /** @type {HTMLElement} */ (way).dataset;
      const fits = (of ?? "").split(" ").includes(system) && (!by || by.split(" ").includes(browser));
      way.toggleAttribute("hidden", !fits || (!by && faults.every((fault) => fault !== "system") && system !== "ios"));
    }
  };
  devices.on("changed", draw);
  draw();
}
