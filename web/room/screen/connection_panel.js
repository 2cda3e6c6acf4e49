/** How one's own network carries the meeting, and why not better. */

import { diagnose } from "../call/diagnosis.js";
import { element, icon, make, say } from "./page.js";

/** Milliseconds. */
const EVERY = 2000;

/** @type {Set<import("../call/diagnosis.js").Reason>} What makes a connection less than good. */
const WEAK = new Set(["loss_up", "loss_down", "slow", "jitter", "narrow"]);

export class ConnectionPanel {
  #body = element("connection-panel", HTMLElement);
  #verdict = element("connection-verdict", HTMLElement);
  #reasons = element("connection-reasons", HTMLUListElement);
  #facts = element("connection-facts", HTMLElement);
  /** @type {import("../call/diagnosis.js").Mark | null} */
  #mark = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {string} language
   */
  constructor(call, language) {
    this.call = call;
    this.number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    this.percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
    call.on("streams", () => (this.#mark = null));
    call.parts.clock.every(EVERY, () => !this.#body.hidden && void this.#look());
  }

  get title() {
    return this.#body.dataset.title ?? "";
  }

  shown() {
    void this.#look();
  }

  async #look() {
    const report = await this.call.stats().catch(() => null);
    if (!report) return;
    const narrow = [...this.call.roster.held.values()].filter((reason) => reason === "bandwidth").length;
    const { facts, reasons, mark } = diagnose(report, this.#mark, narrow);
    this.#mark = mark;
    const { roster } = this.call;
    const seen = reasons.some((reason) => WEAK.has(reason)) ? "fair" : "good";
    const grade = roster.networks.get(roster.you) ?? seen;
    const verdict = say(`network_${grade}`);
    if (this.#verdict.textContent !== verdict) {
      this.#verdict.dataset.grade = grade;
      this.#verdict.replaceChildren(icon(grade === "poor" ? "wifi-off" : "wifi"), make("span", {}, verdict));
    }
    const words = reasons.map((reason) => say(`why_${reason}`));
    if (this.#reasons.dataset.said !== words.join()) {
      this.#reasons.dataset.said = words.join();
      this.#reasons.replaceChildren(...words.map((word) => make("li", {}, word)));
    }
    this.#drawFacts(facts);
  }

  /** @param {import("../call/diagnosis.js").Facts} facts */
  #drawFacts({ delay, lossUp, lossDown, jitter, up, down, picture, relayed }) {
    const thousandths = (/** @type {number | null} */ seconds) => seconds !== null && `${Math.round(seconds * 1000)} ms`;
    const kilobits = (/** @type {number | null} */ bits) => bits !== null && `${this.number.format(bits / 1000)} kbit/s`;
    const share = (/** @type {number | null} */ part) => part !== null && this.percent.format(part);
    /** @type {[string, string | false][]} */
    const lines = [
      ["fact_delay", thousandths(delay)],
      ["fact_jitter", thousandths(jitter)],
      ["fact_loss_up", share(lossUp)],
      ["fact_loss_down", share(lossDown)],
      ["fact_up", kilobits(up)],
      ["fact_down", kilobits(down)],
      ["fact_picture", picture !== null && `${picture.width} × ${picture.height}, ${picture.rate}/s`],
      ["fact_path", relayed !== null && say(relayed ? "by_relay" : "by_itself")],
    ];
    const known = lines.filter(([, value]) => value !== false);
    this.#facts.replaceChildren(
      ...known.map(([name, value]) => make("div", {}, make("dt", {}, say(name)), make("dd", {}, value || ""))),
    );
  }
}
