/** The conversation as it is read and written. */

import { keyOf } from "../call/chat.js";
import { parts } from "../call/links.js";
import { button, element, make, say } from "./page.js";

/** Pixels from the end within which the list keeps following. */
const NEAR = 80;

export class ChatPanel {
  #log = element("log", HTMLElement);
  #list = element("lines", HTMLOListElement);
  #empty = element("no-lines", HTMLElement);
  #body = element("compose-body", HTMLTextAreaElement);
  #drafts = make("li", { class: "drafts" });
  #quoted = element("quoted", HTMLElement);
  /** @type {import("../wire/messages.js").ChatLine | null} what is being answered */
  #answers = null;
  /** @type {HTMLElement | null} */
  #last = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {string} language
   */
  constructor(call, language) {
    this.call = call;
    this.time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    for (const line of call.chat.lines) this.#append(line);
    call.chat.on("line", (line) => this.#append(line));
    call.chat.on("drafts", () => this.#drawDrafts());
    const form = element("compose", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#body.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.#body.addEventListener("input", () => this.#grow());
    element("quoted-off", HTMLButtonElement).addEventListener("click", () => this.#answer(null));
    this.#body.addEventListener("keydown", (event) => event.key === "Escape" && this.#answers && this.#drop(event));
  }

  get title() {
    return element("panel-title", HTMLElement).dataset.chat ?? "";
  }

  /** Called when the panel has been opened. */
  shown() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#body.focus();
  }

  #send() {
    const body = this.#body.value.trim();
    if (!body) return;
    this.#body.value = "";
    this.#grow();
    void this.call.chat.say(body, this.#answers ? keyOf(this.#answers) : 0);
    this.#answer(null);
  }

  /** @param {import("../wire/messages.js").ChatLine | null} line */
  #answer(line) {
    this.#answers = line;
    this.#quoted.hidden = line === null;
    element("quoted-text", HTMLElement).textContent = line ? say("said", { name: line.name, body: line.body }) : "";
    this.#body.focus();
  }

  /** @param {Event} event that would close the panel */
  #drop(event) {
    event.stopPropagation();
    this.#answer(null);
  }

  #grow() {
    this.#body.style.setProperty("--rows", String(Math.min(6, this.#body.value.split("\n").length)));
  }

  /** @param {import("../wire/messages.js").ChatLine} line */
  #append(line) {
    const own = line.participant === this.call.roster.you;
    const sameSpeaker = this.#last?.dataset.participant === line.participant;
    const at = new Date(line.at * 1000);
    const head = make(
      "p",
      { class: "line-head" },
      make("strong", {}, line.name),
      make("time", { datetime: at.toISOString() }, this.time.format(at)),
    );
    const entry = make("li", { class: `line${own ? " own" : ""}${sameSpeaker ? " next" : ""}` }, head);
    entry.dataset.participant = line.participant;
    entry.dataset.seq = String(line.seq);
    const quote = this.#quote(line);
    if (quote) entry.append(quote);
    const answer = button(say("reply"), () => this.#answer(line), "quiet reply", say("reply_name", { name: line.name }));
    entry.append(make("p", { class: "line-body" }, ...linked(line.body)), answer);
    this.#last = entry;
    this.#follow(() => this.#list.insertBefore(entry, this.#drafts.isConnected ? this.#drafts : null));
    this.#empty.hidden = true;
  }

  /** @param {import("../wire/messages.js").ChatLine} line */
  #quote({ reply }) {
    const quoted = reply ? this.call.chat.lines.find((one) => keyOf(one) === reply) : undefined;
    return quoted && make("blockquote", { class: "quote" }, say("said", { name: quoted.name, body: quoted.body }));
  }

  #drawDrafts() {
    const drafts = [...this.call.chat.drafts.values()].map(({ id, body, failed }) =>
      make(
        "div",
        { class: "line own draft" },
        make("p", { class: "line-body" }, body),
        make("p", { class: "small" }, say(failed ? "not_sent" : "sending")),
        ...(failed ? [button(say("send_again"), () => void this.call.chat.retry(id))] : []),
      ),
    );
    this.#drafts.replaceChildren(...drafts);
    this.#follow(() => (drafts.length > 0 ? this.#list.append(this.#drafts) : this.#drafts.remove()));
  }

  /**
   * Changes the list and stays at its end, unless the reader has scrolled up.
   *
   * @param {() => unknown} change
   */
  #follow(change) {
    const near = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
    change();
    if (near) this.#log.scrollTop = this.#log.scrollHeight;
  }
}

/**
 * A text with its addresses as links that tell the other site nothing of us.
 *
 * @param {string} text
 */
function linked(text) {
  return parts(text).map((part) =>
    part.href ? make("a", { href: part.href, target: "_blank", rel: "noopener noreferrer nofollow" }, part.text) : part.text,
  );
}
