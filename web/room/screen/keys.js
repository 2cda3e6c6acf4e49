/** The keyboard in the meeting: one letter each, and the space bar to speak as long as it is held. */

import { answer } from "./dialogs.js";
import { element } from "./page.js";

/** Letters as they are typed, whatever the layout of the keyboard, and the button each stands for. */
const BUTTONS = { m: "microphone", v: "camera", e: "share", c: "chat", p: "people", n: "notes", l: "hand" };

/** Milliseconds from which a press on the microphone's own button is speaking, not switching. */
const HELD = 400;

/** What keeps its own keys. */
const BUSY = "input, textarea, select, button, a, summary, [contenteditable], [role=log], dialog";

export class Keys {
  #on = element("keys-on", HTMLInputElement);
  #microphone = element("microphone", HTMLButtonElement);
  #dialog = element("keys-dialog", HTMLDialogElement);
  /** @type {number | null} since when the space bar is held to speak */
  #speaking = null;

  /** @param {import("../call/call.js").Call} call */
  constructor(call) {
    this.call = call;
    element("keys", HTMLButtonElement).addEventListener("click", () => void answer(this.#dialog));
    document.addEventListener("keydown", (event) => this.#down(event));
    document.addEventListener("keyup", (event) => this.#up(event));
    // A key let go in another window is told to nobody.
    addEventListener("blur", () => this.#stop(false));
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    if (!this.#listens(event)) return;
    if (event.key === " ") return this.#speak(event);
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "?") return void answer(this.#dialog);
    const id = /** @type {Record<string, string>} */ (BUTTONS)[event.key.toLowerCase()];
    const button = id ? document.getElementById(id) : null;
    if (!(button instanceof HTMLButtonElement) || button.hidden || event.repeat) return;
    event.preventDefault();
    button.click();
  }

  /** @param {KeyboardEvent} event */
  #listens({ ctrlKey, altKey, metaKey, defaultPrevented }) {
    const inside = this.call.state === "live" || this.call.state === "rejoining";
    const asked = document.querySelector("dialog[open]") !== null;
    return inside && this.#on.checked && !asked && !ctrlKey && !altKey && !metaKey && !defaultPrevented;
  }

  /** @param {KeyboardEvent} event */
  #speak(event) {
    const { target, repeat, timeStamp } = event;
    const own = target === this.#microphone;
    if (!own && target instanceof Element && target.closest(BUSY)) return;
    // Switched on, the microphone's own button does what a button does.
    if (this.#speaking === null && this.call.devices.live("microphone")) return;
    event.preventDefault();
    if (repeat || this.#speaking !== null) return;
    this.#speaking = timeStamp;
    void this.call.devices.turn("microphone", true);
  }

  /** @param {KeyboardEvent} event */
  #up(event) {
    if (event.key !== " " || this.#speaking === null) return;
    event.preventDefault();
    this.#stop(event.target === this.#microphone && event.timeStamp - this.#speaking < HELD);
  }

  /** @param {boolean} stays whether the microphone stays on */
  #stop(stays) {
    if (this.#speaking === null) return;
    this.#speaking = null;
    if (!stays) void this.call.devices.turn("microphone", false);
  }
}
