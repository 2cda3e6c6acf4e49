/** What stands there once the meeting is over for this person. */

import { element, say } from "./page.js";

/** @type {Set<import("../call/call.js").Reason>} */
const RETURNS = new Set(["left", "replaced", "full", "lost", "broken"]);

export class After {
  #section = element("after", HTMLElement);
  #title = element("after-title", HTMLElement);
  #again = element("again", HTMLButtonElement);

  /** @param {import("../call/call.js").Call} call */
  constructor(call) {
    this.call = call;
    // A fresh page asks the functions afresh who this person is.
    this.#again.addEventListener("click", () => window.location.reload());
    call.on("state", () => this.#draw());
  }

  #draw() {
    const { reason, message } = this.call;
    if (this.call.state !== "over" || !reason) return;
    this.#section.hidden = false;
    this.#section.dataset.reason = reason;
    this.#title.textContent = say(`over_${reason}`);
    element("after-text", HTMLElement).textContent = message || say(`over_${reason}_text`);
    this.#again.hidden = !RETURNS.has(reason);
    this.#title.focus();
  }
}
