/** The notes as they are read and written: one text field for all. */

import { ask } from "./dialogs.js";
import { difference, moved } from "./editing.js";
import { element, say } from "./page.js";

export class NotesPanel {
  #body = element("notes-panel", HTMLElement);
  #field = element("notes-text", HTMLTextAreaElement);
  #state = element("notes-state", HTMLElement);
  #kept = element("notes-kept", HTMLElement);
  #composing = false;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("../call/notes.js").Notes} notes
   * @param {import("./notices.js").Notices} notices
   * @param {string} language
   */
  constructor(call, notes, notices, language) {
    this.call = call;
    this.notes = notes;
    this.notices = notices;
    this.day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
    this.#listen();
    call.on("note", (message) => notes.hear(message));
    call.on("streams", () => void notes.sync());
    call.on("state", (state) => state === "over" && notes.close());
    addEventListener("pagehide", () => notes.close());
    notes.on("changed", (delta) => this.#follow(delta));
    notes.on("state", () => this.#drawState());
    this.#minutes();
    void notes.sync();
    this.#drawState();
  }

  get title() {
    return this.#body.dataset.title ?? "";
  }

  shown() {
    this.#field.focus();
  }

  #listen() {
    const field = this.#field;
    field.addEventListener("input", () => !this.#composing && this.#take());
    field.addEventListener("compositionstart", () => {
      this.#composing = true;
      this.notes.hold();
    });
    field.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#take();
      this.notes.release();
    });
    // The browser's own way back knows nothing of the others.
    field.addEventListener("beforeinput", (event) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
      event.preventDefault();
      if (event.inputType === "historyUndo") this.notes.past.undo();
      else this.notes.past.redo();
    });
    field.addEventListener("keydown", (event) => {
      const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (event.shiftKey || key === "y") this.notes.past.redo();
      else this.notes.past.undo();
    });
  }

  #take() {
    const change = difference(this.notes.value, this.#field.value);
    if (change && !this.notes.edit(change.at, change.deleted, change.inserted)) this.#follow([]);
  }

  /** @param {import("../call/notes.js").Delta} delta somebody else's change, which the text has already */
  #follow(delta) {
    const field = this.#field;
    const { scrollTop, selectionDirection } = field;
    const [start, end] = [moved(field.selectionStart, delta), moved(field.selectionEnd, delta)];
    field.value = this.notes.value;
    field.setSelectionRange(start, end, selectionDirection);
    field.scrollTop = scrollTop;
  }

  #drawState() {
    const { full, failing, saved, kept, until } = this.notes;
    const word = full ? "notes_full" : failing ? "notes_failing" : saved ? "" : "notes_saving";
    const text = word ? say(word) : kept && kept !== "none" ? say("notes_saved") : "";
    if (this.#state.textContent !== text) this.#state.textContent = text;
    const date = { date: this.day.format(new Date(until * 1000)) };
    this.#kept.textContent = kept ? say(`notes_kept_${kept === "28d" ? "until" : kept}`, date) : "";
    element("minutes", HTMLElement).hidden = !this.call.organises || kept === "" || kept === "none";
  }

  #minutes() {
    for (const to of /** @type {const} */ (["me", "all"])) {
      element(`minutes-${to}`, HTMLButtonElement).addEventListener("click", () => void this.#send(to));
    }
  }

  /** @param {"me" | "all"} to */
  async #send(to) {
    if (!(await ask(say("minutes_title"), say(`minutes_text_${to}`), say("minutes_send")))) return;
    try {
      await this.call.parts.api.sendMinutes(to);
      this.notices.tell(say("minutes_sent"));
    } catch {
      this.notices.tell(say("failed"));
    }
  }
}
