/** The panel at the right (a sheet from below on a phone): one of chat and people at a time. */

import { element, say } from "./page.js";

/** @typedef {"chat" | "people"} Which */

export class Panel {
  #panel = element("panel", HTMLElement);
  #title = element("panel-title", HTMLElement);
  #buttons = { chat: element("chat", HTMLButtonElement), people: element("people", HTMLButtonElement) };
  #bodies = { chat: element("chat-panel", HTMLElement), people: element("people-panel", HTMLElement) };
  #unread = 0;
  /** @type {Which | null} */
  open = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./chat_panel.js").ChatPanel} chat
   * @param {import("./people_panel.js").PeoplePanel} people
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, chat, people, notices) {
    this.call = call;
    this.chat = chat;
    this.people = people;
    this.notices = notices;
    for (const which of /** @type {Which[]} */ (["chat", "people"])) {
      this.#buttons[which].addEventListener("click", () => this.toggle(which));
    }
    element("panel-close", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    call.roster.on("changed", () => this.#name());
    call.chat.on("line", (line) => this.#heard(line));
  }

  /** @param {Which} which */
  toggle(which) {
    if (this.open === which) return this.close();
    this.open = which;
    this.#draw();
    if (which === "people") return this.#title.focus();
    this.#count(0);
    this.chat.shown();
  }

  close() {
    const { open } = this;
    this.open = null;
    this.#draw();
    if (open) this.#buttons[open].focus();
  }

  #draw() {
    this.#panel.hidden = this.open === null;
    for (const which of /** @type {Which[]} */ (["chat", "people"])) {
      this.#bodies[which].hidden = this.open !== which;
      this.#buttons[which].setAttribute("aria-expanded", String(this.open === which));
    }
    this.#name();
  }

  #name() {
    this.#title.textContent = this.open === "people" ? this.people.title : this.chat.title;
  }

  /** @param {import("../wire/messages.js").ChatLine} line */
  #heard(line) {
    if (this.open === "chat" || line.participant === this.call.roster.you) return;
    this.#count(this.#unread + 1);
    if (this.call.chat.caughtUp) this.notices.tell(say("said", { name: line.name, body: line.body }));
  }

  /** @param {number} unread */
  #count(unread) {
    this.#unread = unread;
    const badge = this.#buttons.chat.querySelector(".count");
    if (!(badge instanceof HTMLElement)) return;
    badge.hidden = unread === 0;
    badge.textContent = String(unread);
    this.#buttons.chat.title = unread ? say("unread", { count: unread }) : "";
  }
}
