/** The conversation: every line once and in order, whatever way it came (docs/protocol.md, section 4). */

import { Emitter } from "../emitter.js";

/**
 * @typedef {import("../wire/messages.js").ChatLine} ChatLine
 * @typedef {{id: string, body: string, reply: number | string, failed: boolean}} Draft a line of ours that has no number
 *   yet; `reply`: the key of the line it answers, or 0
 *
 * @typedef {object} ChatEvents
 * @property {ChatLine} line the next line
 * @property {void} drafts
 */

/**
 * By what a line is known to its answers: its number, or where lines have none, its author's own id of it.
 *
 * @param {ChatLine} line
 */
export function keyOf(line) {
  return line.seq || (line.id ?? "");
}

/** Milliseconds until a fetch that failed is tried again. */
const FETCH_AGAIN = 3000;

/** @extends {Emitter<ChatEvents>} */
export class Chat extends Emitter {
  /** @type {ChatLine[]} */
  lines = [];
  /** @type {Map<string, Draft>} */
  drafts = new Map();
  /** @type {Map<number, ChatLine>} lines that came before their turn */
  #early = new Map();
  /** @type {Promise<void> | null} */
  #fetching = null;
  #again = false;
  /** Whether what was said before we came has been fetched. */
  caughtUp = false;
  /** @type {() => void} */
  #stop = () => {};

  /**
   * @param {Pick<import("../wire/api.js").Api, "chatAfter" | "say">} api
   * @param {import("../clock.js").Clock} clock
   * @param {() => string} newId
   */
  constructor(api, clock, newId) {
    super();
    this.api = api;
    this.clock = clock;
    this.newId = newId;
  }

  get last() {
    return this.lines.at(-1)?.seq ?? 0;
  }

  /** @param {ChatLine} line from the room channel, the answer to a post, or a fetch */
  receive(line) {
    if (line.seq > this.last) this.#early.set(line.seq, line);
    this.#drain();
    if (this.#early.size > 0) void this.catchUp();
  }

  /**
   * Fetches what is missing, again until it has come.
   *
   * @returns {Promise<void>}
   */
  catchUp() {
    this.#again = true;
    this.#fetching ??= this.#fetchAll().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  /** Fetches no more. */
  close() {
    this.#stop();
  }

  /**
   * Says a line. It stays a draft until the functions have given it a number.
   *
   * @param {string} body
   * @param {number | string} [reply] key of the line it answers
   */
  async say(body, reply = 0) {
    await this.post({ id: this.newId(), body, reply, failed: false });
  }

  /**
   * Says a failed draft again, under the same id: if the first post did arrive, there is still one line.
   *
   * @param {string} id
   */
  async retry(id) {
    const draft = this.drafts.get(id);
    if (draft) await this.post({ ...draft, failed: false });
  }

  /**
   * @protected
   * @param {Draft} draft
   */
  async post(draft) {
    this.keep(draft);
    try {
      const line = await this.api.say(draft.id, draft.body, Number(draft.reply));
      this.drafts.delete(draft.id);
      this.receive(line);
      this.emit("drafts", undefined);
    } catch {
      this.keep({ ...draft, failed: true });
    }
  }

  /**
   * @protected
   * @param {Draft} draft
   */
  keep(draft) {
    this.drafts.set(draft.id, draft);
    this.emit("drafts", undefined);
  }

  async #fetchAll() {
    try {
      while (this.#again) {
        this.#again = false;
        const { messages, more } = await this.api.chatAfter(this.last);
        const before = this.last;
        for (const line of messages) this.#take(line);
        this.#drain();
        this.#again ||= more && this.last > before;
      }
      this.caughtUp = true;
    } catch {
      this.#again = false;
      this.#stop();
      this.#stop = this.clock.after(FETCH_AGAIN, () => void this.catchUp());
    }
  }

  #drain() {
    for (let next = this.#early.get(this.last + 1); next; next = this.#early.get(this.last + 1)) this.#take(next);
    for (const seq of this.#early.keys()) if (seq <= this.last) this.#early.delete(seq);
  }

  /** @param {ChatLine} line */
  #take(line) {
    // The store's order is the order: a number that is missing there was never given to a line that lasted.
    if (line.seq <= this.last) return;
    this.#early.delete(line.seq);
    this.lines.push(line);
    this.emit("line", line);
  }
}
