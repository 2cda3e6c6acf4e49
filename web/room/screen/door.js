/** Who waits: a line over the stage and a list among the participants, each with its two answers. */

import { askForWord } from "./dialogs.js";
import { button, element, make, say } from "./page.js";

const SHOWN = 2;

export class Door {
  #strip = element("door", HTMLElement);
  #section = element("waiting", HTMLElement);
  #title = element("waiting-title", HTMLElement);
  #list = element("waiting-list", HTMLUListElement);
  #all = element("admit-all", HTMLButtonElement);
  #count = element("people", HTMLElement).querySelector(".count");

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   * @param {() => void} ring
   */
  constructor(call, notices, ring) {
    this.call = call;
    this.notices = notices;
    const knock = (/** @type {import("../wire/messages.js").Waiting} */ { name }) => {
      // Who locks the room is not called to its door.
      if (!call.lobby.door.locked) ring();
      notices.whisper(say("waits", { name }));
    };
    call.lobby.on("changed", (waiting) => this.#draw(waiting));
    call.lobby.on("knock", knock);
    this.#all.addEventListener("click", () => void this.#do(() => call.lobby.admitAll()));
    this.#draw(call.lobby.waiting);
    call.lobby.waiting.forEach(knock);
  }

  /** @param {import("../wire/messages.js").Waiting[]} waiting */
  #draw(waiting) {
    const focused = document.activeElement?.closest("#door, #waiting-list") !== null;
    this.#strip.hidden = this.#section.hidden = waiting.length === 0;
    this.#strip.replaceChildren(
      ...waiting.slice(0, SHOWN).map((one) => make("div", { class: "door-line" }, ...this.#entry(one, say("waits", one)))),
    );
    if (waiting.length > SHOWN) {
      this.#strip.append(make("p", { class: "small" }, say("others_wait", { count: waiting.length - SHOWN })));
    }
    this.#title.textContent = say("waiting_count", { count: waiting.length });
    this.#all.hidden = waiting.length < 2;
    this.#list.replaceChildren(...waiting.map((one) => make("li", { class: "person" }, ...this.#entry(one, one.name))));
    if (this.#count instanceof HTMLElement) {
      this.#count.textContent = String(waiting.length);
      this.#count.hidden = waiting.length === 0;
    }
    // The button just pressed is gone: the keyboard goes on with the next person, or with the participants.
    if (!focused) return;
    const next = [...document.querySelectorAll("#door button, #waiting-list button")].find(visible);
    (next instanceof HTMLElement ? next : element("people", HTMLElement)).focus();
  }

  /**
   * @param {import("../wire/messages.js").Waiting} one
   * @param {string} words
   */
  #entry({ participant, name }, words) {
    return [
      make("span", { class: "person-name" }, words),
      make(
        "span",
        { class: "answers" },
        button(say("refuse"), () => void this.#refuse(participant, name), "", say("refuse_name", { name })),
        button(say("admit"), () => void this.#do(() => this.call.lobby.decide(participant, "admit")), "primary", say("admit_name", { name })),
      ),
    ];
  }

  /**
   * @param {string} participant
   * @param {string} name
   */
  async #refuse(participant, name) {
    const word = await askForWord(say("refuse_title", { name }), say("refuse_text"), say("refuse_word"), say("refuse"));
    if (word !== null) await this.#do(() => this.call.lobby.decide(participant, "refuse", word.trim()));
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

/** @param {Element} one */
function visible(one) {
  return one.getClientRects().length > 0;
}
