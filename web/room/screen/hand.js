/** One's own hand and reactions: a small menu over the bar. */

import { button, element, icon, make, say } from "./page.js";

/** Name in the protocol → icon: a system without a font of emoji shows it too. */
export const SIGNS = /** @type {const} */ ({
  agree: "thumbs-up",
  applause: "applause",
  heart: "heart",
  laugh: "laugh",
  surprise: "surprise",
  party: "party",
});

export class Hand {
  #button = element("hand", HTMLButtonElement);
  #menu = element("hand-menu", HTMLElement);
  #toggle = make("button", { type: "button", class: "button compact primary", id: "hand-toggle" });

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    const signs = Object.entries(SIGNS).map(([name, sign]) => {
      const made = button(say(`react_${name}`), () => this.#react(name), "sign");
      made.prepend(icon(sign));
      return made;
    });
    this.#menu.replaceChildren(this.#toggle, make("div", { class: "signs" }, ...signs));
    this.#toggle.addEventListener("click", () => void this.#raise());
    this.#button.addEventListener("click", () => this.#open(this.#menu.hidden === true));
    this.#menu.addEventListener("keydown", (event) => event.key === "Escape" && this.#open(false));
    document.addEventListener("pointerdown", ({ target }) => {
      const inside = target instanceof Node && (this.#menu.contains(target) || this.#button.contains(target));
      if (!inside && !this.#menu.hidden) this.#open(false);
    });
    call.roster.on("changed", () => this.#draw());
    this.#draw();
  }

  /** @param {boolean} open */
  #open(open) {
    this.#menu.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    (open ? this.#toggle : this.#button).focus();
  }

  #draw() {
    const up = this.call.floor.handUp;
    this.#toggle.textContent = say(up ? "hand_down" : "hand_up");
    this.#button.classList.toggle("active", up);
    this.#button.title = say(up ? "hand_is_up" : "hand_or_react");
  }

  async #raise() {
    this.#open(false);
    try {
      await this.call.floor.raiseHand(!this.call.floor.handUp);
    } catch (fault) {
      this.notices.fail(fault);
    }
  }

  /** @param {string} name */
  #react(name) {
    this.call.floor.react(name);
    this.#open(false);
  }
}
