/** Quiet lines over the stage: read once, gone by themselves. */

import { button, element, make, say } from "./page.js";

/** Milliseconds, for a line and for each of its letters: slow readers keep up. */
const BASE = 3500;
const PER_LETTER = 45;

const MOST = 3;

export class Notices {
  #lines = element("notices", HTMLElement);
  #state = element("state", HTMLElement);
  #whispers = element("whispers", HTMLElement);

  /** @param {import("../clock.js").Clock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /** @param {string} text */
  tell(text) {
    this.#add(this.#lines, make("p", { class: "notice-line" }, text));
  }

  /**
   * Something that was asked of the functions was not done.
   *
   * @param {unknown} fault what was thrown; the functions' own sentence is said where there is one
   */
  fail(fault) {
    const said = fault instanceof Error && fault.name === "ApiError" ? fault.message : "";
    this.tell(said || say("failed"));
  }

  /**
   * For who doesn't see what everybody else sees happen.
   *
   * @param {string} text
   */
  whisper(text) {
    this.#add(this.#whispers, make("p", {}, text));
  }

  /**
   * @param {HTMLElement} lines
   * @param {HTMLElement} line
   */
  #add(lines, line) {
    lines.append(line);
    while (lines.children.length > MOST) lines.firstElementChild?.remove();
    this.clock.after(BASE + PER_LETTER * (line.textContent?.length ?? 0), () => line.remove());
  }

  /**
   * What holds until it is taken back: the way back into the room, sound held by the browser.
   *
   * @param {string} text empty takes it back
   * @param {{text: string, action: () => void}} [offer]
   */
  hold(text, offer) {
    this.#state.replaceChildren(...(text ? [make("p", { class: "notice-line" }, text)] : []));
    if (text && offer) this.#state.firstElementChild?.append(button(offer.text, offer.action));
  }
}
