/** What a telephone has that a desk has not: a camera on each side. */

import { element } from "./page.js";

/**
 * Offers to turn the camera round where there is another one to turn to.
 *
 * @param {import("../call/devices.js").Devices} devices
 * @param {string} id of the button
 */
export function wireFlip(devices, id) {
  const button = element(id, HTMLButtonElement);
  const holder = button.closest("li") ?? button;
  const draw = () => {
    const two = devices.lists.cameras.length > 1 && matchMedia("(pointer: coarse)").matches;
    holder.toggleAttribute("hidden", !two || !devices.camera.track);
  };
  button.addEventListener("click", () => void devices.flip());
  devices.on("listed", draw);
  devices.on("changed", draw);
  draw();
}
