/** The recording on the screen: a line that is always there while it lasts, and the question everybody is asked. */

import { Recording } from "../call/recording.js";
import { answer, ask } from "./dialogs.js";
import { button, element, icon, make, say } from "./page.js";

/** @type {RecordingScreen | null} */
let only = null;

/**
 * The one of this page.
 *
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 * @param {() => void} [bell]
 */
export function recordingScreen(call, notices, bell) {
  only ??= new RecordingScreen(call, notices);
  if (bell) only.bell = bell;
  return only;
}

class RecordingScreen {
  #line = element("recording", HTMLElement);
  #title = make("h2", { id: "recording-title" }, say("record_question"));
  #words = make("p", { id: "recording-words" });
  #dialog = make(
    "dialog",
    { class: "dialog", id: "recording-question", "aria-labelledby": "recording-title", "aria-describedby": "recording-words" },
    this.#title,
    this.#words,
    make(
      "form",
      { method: "dialog", class: "actions" },
      make("button", { class: "button", value: "no" }, say("record_refuse")),
      make("button", { class: "button", value: "yes" }, say("record_agree")),
    ),
  );
  /** @type {string | null} the recording this person has been asked about */
  #asked = null;
  #before = "none";
  #atTheDoor = false;
  bell = () => {};

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    this.recording = new Recording(call);
    document.body.append(this.#dialog);
    // At the door there is no way round the answer but the one out.
    this.#dialog.addEventListener("cancel", (event) => this.#atTheDoor && event.preventDefault());
  }

  /** Says how it stands; asks who has not been asked. */
  draw() {
    const { recorded } = this.call;
    const state = recorded?.state ?? "none";
    if (state !== this.#before) this.#tell(state);
    this.#before = state;
    this.#line.hidden = !recorded;
    this.#nameEntry(recorded !== null);
    if (!recorded) {
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    this.#drawLine(recorded);
    if (!recorded.answer && this.#asked !== recorded.recording) {
      this.#asked = recorded.recording;
      void this.#ask();
    }
  }

  /** Who wants in answers first. */
  askAtTheDoor() {
    if (this.#atTheDoor) return;
    this.#atTheDoor = true;
    void this.#ask(true).finally(() => (this.#atTheDoor = false));
  }

  /** For hosts: asks everybody, or ends it. */
  async toggle() {
    const runs = this.call.recorded !== null;
    const [title, text, verb] = runs
      ? [say("record_stop_title"), say("record_stop_text"), say("record_stop")]
      : [say("record_title"), say("record_text"), say("record_ask")];
    if (!(await ask(title, text, verb))) return;
    try {
      await (runs ? this.recording.stop() : this.recording.ask());
    } catch (fault) {
      this.notices.tell(/** @type {Error} */ (fault).message || say("failed"));
    }
  }

  /** @param {string} state */
  #tell(state) {
    this.notices.tell(say(state === "none" ? "record_ended" : state === "asking" ? "record_asked" : "record_runs"));
    this.bell();
  }

  /** @param {boolean} runs */
  #nameEntry(runs) {
    const words = document.querySelector("#record span");
    if (words) words.textContent = say(runs ? "record_stop" : "record");
  }

  /** @param {import("../wire/messages.js").Recorded} recorded */
  #drawLine({ state, recorded, trouble, answer: given, tally }) {
    const running = state === "running";
    const mine = recorded.includes(this.call.roster.you);
    const words = [say(!running ? "record_asked" : mine ? "record_of_you" : "record_not_of_you")];
    if (tally) words.push(say("record_tally", tally));
    if (trouble) words.push(say(`record_${trouble}`));
    const dot = make("span", { class: running ? "recording-dot" : "recording-dot asked" }, icon("record"));
    const act = mine || given === "agreed" ? "record_withdraw" : given ? "record_change" : "record_answer";
    const focused = this.#line.contains(document.activeElement);
    this.#line.replaceChildren(
      dot,
      make("span", { class: "recording-words" }, words.join(" ")),
      button(say(act), () => void (given === "agreed" ? this.#withdraw() : this.#ask())),
    );
    if (focused) this.#line.querySelector("button")?.focus();
  }

  /** @param {boolean} [once] whether an answer given before, or in another tab, will do */
  async #ask(once = false) {
    try {
      const question = await this.recording.question();
      if (once && question.answer) return this.call.answered();
      this.#words.textContent = question.text.words;
      const given = await answer(this.#dialog);
      if (given) await this.recording.answer(question, given === "yes");
    } catch (fault) {
      this.notices.tell(/** @type {Error} */ (fault).message || say("failed"));
    }
  }

  async #withdraw() {
    try {
      await this.recording.answer(await this.recording.question(), false);
    } catch (fault) {
      // The worker has heard it already; the functions must as well.
      this.notices.tell(/** @type {Error} */ (fault).message || say("failed"));
    }
  }
}
