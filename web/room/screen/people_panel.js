/** The list of who is here, hands first come first; for hosts what they may do, and who comes in without waiting. */

import { ask } from "./dialogs.js";
import { button, element, icon, make, say } from "./page.js";

/** @typedef {import("../wire/messages.js").Participant} Participant */

/** The room's settings as the protocol names them, in the order of the page. */
const DOOR = /** @type {const} */ (["locked", "invited", "company"]);

export class PeoplePanel {
  #list = element("persons", HTMLUListElement);
  #door = element("door-settings", HTMLFieldSetElement);
  #out = element("put-out", HTMLElement);
  #lowerAll = element("lower-all", HTMLButtonElement);
  #adding = element("adding", HTMLDetailsElement);
  /** Whose acts are shown. */
  #opened = "";

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    call.roster.on("changed", () => this.#draw());
    call.on("up", () => this.#draw());
    call.floor.on("role", () => this.#draw());
    call.lobby.on("changed", () => this.#drawDoor());
    call.lobby.on("changed", () => this.#drawOut());
    const open = () => void import("./adding.js").then(({ startAdding }) => startAdding(call.parts.api));
    this.#adding.addEventListener("toggle", open, { once: true });
    this.#lowerAll.addEventListener("click", () => void this.#do(() => call.parts.api.lowerAll()));
    for (const name of DOOR) {
      const box = element(`door-${name}`, HTMLInputElement);
      box.addEventListener("change", () => void this.#set(name, box));
    }
    this.#draw();
    this.#drawDoor();
    this.#drawOut();
  }

  get title() {
    return say("people_count", { count: this.call.roster.people.size });
  }

  /** Called when the panel has been opened. */
  shown() {
    element("panel-title", HTMLElement).focus();
  }

  #draw() {
    const { floor, roster } = this.call;
    const focused = document.activeElement;
    const person = focused?.closest("[data-person]")?.getAttribute("data-person");
    const act = focused?.getAttribute("data-act");
    const hands = floor.hands;
    const others = [...roster.people.values()].filter((one) => !hands.includes(one));
    this.#list.replaceChildren(...[...hands, ...others].map((one) => this.#entry(one, hands.indexOf(one) + 1)));
    this.#door.hidden = !floor.hosting;
    this.#adding.hidden = !floor.hosting;
    this.#lowerAll.hidden = !floor.hosting || hands.length === 0;
    if (!person) return;
    const entry = this.#list.querySelector(`[data-person="${CSS.escape(person)}"]`);
    const again = entry?.querySelector(`[data-act="${act}"]`) ?? entry?.querySelector("button");
    if (again instanceof HTMLElement) again.focus();
  }

  #drawDoor() {
    for (const name of DOOR) element(`door-${name}`, HTMLInputElement).checked = this.call.lobby.door[name];
  }

  /** Who was refused or put out, and may come in again if a host wants it. */
  #drawOut() {
    const { floor, lobby } = this.call;
    const focused = this.#out.contains(document.activeElement);
    this.#out.hidden = !floor.hosting || lobby.out.length === 0;
    const entries = lobby.out.map(({ participant, name }) => {
      const back = () => void this.#do(() => lobby.readmit(participant));
      const words = make("span", { class: "person-name" }, name);
      return make("li", { class: "person" }, words, button(say("readmit"), back, "", say("readmit_name", { name })));
    });
    this.#out.querySelector("ul")?.replaceChildren(...entries);
    if (focused) (this.#out.hidden ? element("panel-title", HTMLElement) : this.#out.querySelector("h3"))?.focus();
  }

  /**
   * @param {Participant} person
   * @param {number} turn place among the hands that are up, 0 for none
   */
  #entry(person, turn) {
    const self = person.id === this.call.roster.you;
    const up = self ? this.call.up : person.up;
    const { name } = person;
    const words = make("span", { class: "person-name" }, self ? say("you", { name }) : name);
    if (person.role !== "guest") words.append(make("span", { class: "role" }, say(person.role)));
    const marks = make("span", { class: "marks" });
    if (turn > 0) {
      const label = make("span", { class: "visually-hidden" }, say("hand_turn", { turn }));
      marks.append(make("span", { class: "hand-turn" }, icon("hand"), String(turn), label));
    }
    if (up.screen) marks.append(icon("screen-share"));
    if (!up.camera) marks.append(icon("video-off"));
    if (!up.microphone) marks.append(icon("mic-off"), make("span", { class: "visually-hidden" }, say("muted")));
    const network = this.call.roster.networks.get(person.id) ?? "good";
    words.append(make("span", { class: "role network", "data-grade": network }, say(`network_${network}`)));
    const entry = make("li", { class: "person", "data-person": person.id }, words, marks);
    const acts = this.#acts(person, self);
    if (acts.length > 0) entry.append(...this.#menu(person, acts));
    return entry;
  }

  /**
   * @param {Participant} person
   * @param {HTMLElement[]} acts
   */
  #menu({ id, name }, acts) {
    const open = this.#opened === id;
    const toggle = button(
      say("acts"),
      () => {
        this.#opened = open ? "" : id;
        this.#draw();
      },
      "quiet",
      say("acts_name", { name }),
    );
    toggle.setAttribute("data-act", "menu");
    toggle.setAttribute("aria-expanded", String(open));
    return open ? [toggle, make("div", { class: "acts" }, ...acts)] : [toggle];
  }

  /**
   * What one may do to this person.
   *
   * @param {Participant} person
   * @param {boolean} self
   */
  #acts(person, self) {
    const { floor } = this.call;
    const host = floor.role === "host" || this.call.organises;
    /** @type {HTMLElement[]} */
    const acts = [];
    const add = (/** @type {string} */ verb) => acts.push(this.#act(person, verb));
    if (floor.hosting && !self) {
      add(person.up.microphone ? "mute" : "ask_microphone");
      add(person.up.camera ? "stop_camera" : "ask_camera");
      if (person.up.screen) add("stop_share");
      if (person.hand > 0) add("lower");
    }
    if (host && person.role !== "host" && !self) add(person.role === "cohost" ? "guest" : "cohost");
    if (host && person.role !== "host" && (!self || this.call.organises)) add("host");
    if (!self && (person.role === "guest" ? floor.hosting : host && person.role === "cohost")) {
      acts.push(this.#labelled(person, "remove", () => void this.#remove(person)));
    }
    return acts;
  }

  /**
   * @param {Participant} person
   * @param {string} verb
   */
  #act(person, verb) {
    const run = async () => {
      const { id, name } = person;
      const sure = verb !== "host" || (await ask(say("host_title", { name }), say("host_text"), say("act_host")));
      if (sure) await this.#do(() => this.call.parts.api.act(id, verb));
    };
    return this.#labelled(person, verb, () => void run());
  }

  /**
   * @param {Participant} person
   * @param {string} verb
   * @param {() => void} action
   */
  #labelled({ name }, verb, action) {
    const made = button(say(`act_${verb}`), action, "", say("act_on", { act: say(`act_${verb}`), name }));
    made.setAttribute("data-act", verb);
    return made;
  }

  /** @param {Participant} person */
  async #remove({ id, name }) {
    if (!(await ask(say("remove_title", { name }), say("remove_text"), say("act_remove")))) return;
    await this.#do(() => this.call.parts.api.act(id, "remove"));
    await this.call.lobby.refresh();
  }

  /**
   * @param {typeof DOOR[number]} name
   * @param {HTMLInputElement} box
   */
  async #set(name, box) {
    await this.#do(() => this.call.parts.api.setDoor({ [name]: box.checked }));
    await this.call.lobby.refresh();
    this.#drawDoor();
  }

  /** @param {() => Promise<void>} act */
  async #do(act) {
    try {
      await act();
    } catch (fault) {
      this.notices.fail(fault);
    }
  }
}
