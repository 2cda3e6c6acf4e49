/** What a person may know of the meeting once out, and the one question about it. */

import { element, make, say } from "./page.js";

/** @type {Set<import("../call/call.js").Reason>} ends of which there is something to tell */
const SUMMED = new Set(["left", "ended", "lost"]);
/** How often, and after how many milliseconds, it is asked how long one was in. */
const TIMES = 4;
const AGAIN = 2000;

export class EndPage {
  #section = element("summary", HTMLElement);
  #state = element("rating-state", HTMLElement);

  /**
   * @param {import("../call/call.js").Call} call
   * @param {string} language
   */
  constructor(call, language) {
    this.api = call.parts.api;
    this.language = language;
    call.on("state", (state) => state === "over" && SUMMED.has(call.reason ?? "broken") && void this.#show());
    // As everywhere on the site: 27 December, not December 27.
    this.day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long" });
    const choices = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#rating input"));
    for (const one of choices) one.addEventListener("change", () => void this.#rate(Number(one.value)));
  }

  /** Asks and draws; what can't be known now, for want of a network or of the right, is left out. */
  async #show(times = TIMES) {
    try {
      const summary = await this.api.summary();
      this.#draw(summary);
      // Of a short stay nothing is known before the worker has told that it is over.
      if (summary.own_seconds === 0 && times > 1) setTimeout(() => void this.#show(times - 1), AGAIN);
    } catch {
      if (times === TIMES) this.#section.hidden = true;
    }
  }

  /** @param {import("../wire/messages.js").Summary} summary */
  #draw({ seconds, own_seconds: own, people, kept, saves, score }) {
    this.#section.hidden = false;
    const facts = element("summary-facts", HTMLElement);
    facts.textContent = own > 0 ? say("lasted", { duration: this.#length(seconds), own: this.#length(own) }) : "";
    element("rating", HTMLElement).hidden = own === 0;
    const chosen = document.querySelector(`#rating input[value="${score}"]`);
    if (chosen instanceof HTMLInputElement) chosen.checked = true;
    element("summary-kept", HTMLElement).replaceChildren(
      ...kept.map((one) => make("li", {}, this.#kept(one))),
      ...saves.map((one) => make("li", {}, say("saved_by", one))),
    );
    element("summary-people-part", HTMLElement).hidden = people.length === 0;
    element("summary-people", HTMLElement).replaceChildren(...people.map((name) => make("li", {}, name)));
  }

  /** @param {{what: string, until: number}} one */
  #kept({ what, until }) {
    return until === 0 ? say("kept_nowhere", { what }) : say("kept_until", { what, date: this.day.format(until * 1000) });
  }

  /** @param {number} seconds */
  #length(seconds) {
    const minutes = Math.max(1, Math.round(seconds / 60));
    const part = (/** @type {number} */ value, /** @type {"hour" | "minute"} */ unit) =>
      new Intl.NumberFormat(this.language, { style: "unit", unit, unitDisplay: "short" }).format(value);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return [hours ? part(hours, "hour") : "", rest || !hours ? part(rest, "minute") : ""].filter(Boolean).join(" ");
  }

  /** @param {number} score */
  async #rate(score) {
    try {
      await this.api.rate(score);
      this.#state.textContent = say("rated");
    } catch {
      this.#state.textContent = say("failed");
    }
  }
}
