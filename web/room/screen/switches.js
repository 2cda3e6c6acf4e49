/** Buttons that turn microphone and camera on and off; the same on the preview and in the room. */

import { changeIcon, element, say } from "./page.js";

/** @type {Record<import("../call/devices.js").Kind, [on: string, off: string]>} */
const ICONS = { microphone: ["mic", "mic-off"], camera: ["video", "video-off"] };

/**
 * @param {import("../call/devices.js").Devices} devices
 * @param {import("../call/devices.js").Kind} kind
 * @param {string} id of the button
 * @param {(on: boolean) => void} [onSwitched]
 */
export function wireSwitch(devices, kind, id, onSwitched = () => {}) {
  const control = element(id, HTMLButtonElement);
  const draw = () => {
    const live = devices.live(kind);
    showSwitch(control, live, say(`${kind}_${live ? "on" : "off"}`));
    changeIcon(control, ICONS[kind][live ? 0 : 1]);
    control.classList.toggle("off", !live);
  };
  control.addEventListener("click", async () => {
    await devices.turn(kind, !devices.live(kind));
    onSwitched(devices.live(kind));
  });
  devices.on("changed", draw);
  draw();
}

/**
 * The visible word names the thing, the title says what a click does.
 *
 * @param {HTMLButtonElement} control
 * @param {boolean} on
 * @param {string} title
 */
export function showSwitch(control, on, title) {
  control.setAttribute("aria-pressed", String(on));
  control.title = title;
}
