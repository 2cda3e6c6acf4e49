/** What was written, in step with the time; each line leads to its moment. */

import { make } from "../../room/screen/page.js";
import { clockTime } from "../timeline.js";
import { say } from "./words.js";

export class Messages {
  /** @type {{at: number, entry: HTMLElement}[]} */
  #lines = [];
  #newest = -1;

  /**
   * @param {HTMLElement} list
   * @param {import("../player.js").Player} player
   */
  constructor(list, player) {
    this.list = list;
    for (const line of player.viewing.chat) {
      const time = make("button", { type: "button", class: "moment" }, clockTime(line.at));
      time.setAttribute("aria-label", say("go_to", { time: clockTime(line.at), name: line.name }));
      time.addEventListener("click", () => player.seek(line.at));
      const head = make("p", { class: "message-head" }, make("strong", {}, line.name), time);
      const entry = make("li", { class: "message" }, head, make("p", { class: "message-body" }, line.body));
      list.append(entry);
      this.#lines.push({ at: line.at, entry });
    }
  }

  /** @param {number} at */
  show(at) {
    const newest = this.#lines.filter((line) => line.at <= at).length - 1;
    if (newest === this.#newest) return;
    this.#newest = newest;
    for (const [index, { entry }] of this.#lines.entries()) entry.classList.toggle("to-come", index > newest);
    const entry = this.#lines[newest]?.entry;
    if (entry) this.list.scrollTop = entry.offsetTop - this.list.offsetTop - this.list.clientHeight + entry.offsetHeight + 8;
  }
}
