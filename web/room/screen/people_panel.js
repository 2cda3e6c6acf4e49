/** The list of who is here. */

import { ask } from "./dialogs.js";
import { button, element, icon, make, say } from "./page.js";

export class PeoplePanel {
  #list = element("persons", HTMLUListElement);

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    call.roster.on("changed", () => this.#draw());
    call.on("up", () => this.#draw());
    this.#draw();
  }

  get title() {
    return say("people_count", { count: this.call.roster.people.size });
  }

  /** Called when the panel has been opened. */
  shown() {
    element("panel-title", HTMLElement).focus();
  }

  #draw() {
    const focused = document.activeElement?.closest("[data-person]")?.getAttribute("data-person");
    this.#list.replaceChildren(...[...this.call.roster.people.values()].map((one) => this.#entry(one)));
    if (!focused) return;
    /** @type {HTMLElement | null} */
    const again = this.#list.querySelector(`[data-person="${CSS.escape(focused)}"] button`);
    again?.focus();
  }

  /** @param {import("../wire/messages.js").Participant} person */
  #entry(person) {
    const self = person.id === this.call.roster.you;
    const up = self ? this.call.up : person.up;
    const { name } = person;
    const words = make("span", { class: "person-name" }, self ? say("you", { name }) : name);
    if (person.role === "host") words.append(make("span", { class: "role" }, say("host")));
    const marks = make("span", { class: "marks" });
    if (up.screen) marks.append(icon("screen-share"));
    if (!up.camera) marks.append(icon("video-off"));
    if (!up.microphone) marks.append(icon("mic-off"), make("span", { class: "visually-hidden" }, say("muted")));
    const network = this.call.roster.networks.get(person.id) ?? "good";
    words.append(make("span", { class: "role network", "data-grade": network }, say(`network_${network}`)));
    const entry = make("li", { class: "person", "data-person": person.id }, words, marks);
    if (this.call.role === "host" && !self) {
      entry.append(button(say("remove"), () => void this.#remove(person), "quiet", say("remove_name", { name })));
    }
    return entry;
  }

  /** @param {import("../wire/messages.js").Participant} person */
  async #remove({ id, name }) {
    if (!(await ask(say("remove_title", { name }), say("remove_text"), say("remove")))) return;
    try {
      await this.call.remove(id);
    } catch {
      this.notices.tell(say("failed"));
    }
  }
}
