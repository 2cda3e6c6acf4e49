/** The panel at the right (a sheet from below on a phone): one thing at a time, its code loaded when it is first wanted. */

import { element, say } from "./page.js";

/** Milliseconds after the way in: what a panel needs is fetched then, so that opening one never waits. */
const AHEAD = 4000;

/**
 * @typedef {"chat" | "people" | "notes" | "more" | "view" | "connection"} Which button `#chat`, body `#chat-panel`, code by the loader of that name
 * @typedef {{readonly title: string, shown: () => void}} Body `shown`: called whenever the panel has been opened
 * @typedef {() => Promise<Body>} Loader
 */

export class Panel {
  #panel = element("panel", HTMLElement);
  #title = element("panel-title", HTMLElement);
  /** @type {Map<Which, Promise<Body>>} */
  #loading = new Map();
  /** @type {Map<Which, Body>} */
  #bodies = new Map();
  /** @type {Which[]} */
  #all;
  #unread = 0;
  /** @type {Which | null} */
  open = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   * @param {Record<Which, Loader>} loaders
   */
  constructor(call, notices, loaders) {
    this.call = call;
    this.notices = notices;
    this.loaders = loaders;
    this.#all = /** @type {Which[]} */ (Object.keys(loaders));
    for (const which of this.#all) button(which).addEventListener("click", () => void this.toggle(which));
    for (const entry of document.querySelectorAll("[data-opens]")) {
      entry.addEventListener("click", () => void this.toggle(/** @type {Which} */ (entry.getAttribute("data-opens"))));
    }
    element("panel-close", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    call.roster.on("changed", () => this.#name());
    call.chat.on("line", (line) => this.#heard(line));
    const stop = call.on("state", (state) => {
      if (state !== "live") return;
      stop();
      call.parts.clock.after(AHEAD, () => this.#all.forEach((which) => void this.#load(which).catch(() => {})));
    });
  }

  /** @param {Which} which */
  async toggle(which) {
    if (this.open === which) return this.close();
    this.open = which;
    this.#draw();
    try {
      const body = await this.#load(which);
      if (this.open !== which) return undefined;
      this.#name();
      if (which === "chat") this.#count(0);
      return body.shown();
    } catch {
      this.notices.tell(say("failed"));
      return this.close();
    }
  }

  close() {
    const { open } = this;
    this.open = null;
    this.#draw();
    if (!open) return;
    // The button may stand in a panel itself.
    const opener = button(open);
    (opener.getClientRects().length > 0 ? opener : button("more")).focus();
  }

  /** @param {Which} which */
  #load(which) {
    const loading = this.#loading.get(which) ?? this.loaders[which]();
    this.#loading.set(which, loading);
    return loading.then(
      (body) => {
        this.#bodies.set(which, body);
        return body;
      },
      (fault) => {
        // The network was away: the next click tries again.
        this.#loading.delete(which);
        throw fault;
      },
    );
  }

  #draw() {
    this.#panel.hidden = this.open === null;
    for (const which of this.#all) {
      element(`${which}-panel`, HTMLElement).hidden = this.open !== which;
      button(which).setAttribute("aria-expanded", String(this.open === which));
    }
    this.#name();
  }

  #name() {
    this.#title.textContent = (this.open && this.#bodies.get(this.open)?.title) ?? "";
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
    const badge = button("chat").querySelector(".count");
    if (!(badge instanceof HTMLElement)) return;
    badge.hidden = unread === 0;
    badge.textContent = String(unread);
    button("chat").title = unread ? say("unread", { count: unread }) : "";
  }
}

/** @param {Which} which */
function button(which) {
  return element(which, HTMLButtonElement);
}
