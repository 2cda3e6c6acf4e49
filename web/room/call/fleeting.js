/**
 * The conversation of a meeting that keeps nothing: lines go through the room alone, and stay on the pages of who read
 * them. If the room moves to another worker, who comes later reads only what is said from then on.
 */

import { Chat } from "./chat.js";

/** Milliseconds after which a line that has not come back is taken for lost. */
const PATIENCE = 5000;

export class FleetingChat extends Chat {
  caughtUp = true;
  /** @type {Set<string>} */
  #known = new Set();

  /**
   * @param {import("../clock.js").Clock} clock
   * @param {() => string} newId
   * @param {(message: {type: string, [field: string]: unknown}) => void} tell on the room channel
   */
  constructor(clock, newId, tell) {
    const nowhere = { chatAfter: () => Promise.resolve({ messages: [], more: false }), say: () => Promise.reject() };
    super(nowhere, clock, newId);
    this.tell = tell;
  }

  /** @param {import("./chat.js").ChatLine} line */
  receive(line) {
    const key = `${line.participant} ${line.id}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (line.id && this.drafts.delete(line.id)) this.emit("drafts", undefined);
    this.lines.push(line);
    this.emit("line", line);
  }

  async catchUp() {
    // The room itself says what it remembers.
  }

  /** @param {import("./chat.js").Draft} draft */
  async post(draft) {
    this.keep(draft);
    this.tell({ type: "say", id: draft.id, body: draft.body, reply: String(draft.reply || "") });
    this.clock.after(PATIENCE, () => {
      if (this.drafts.has(draft.id)) this.keep({ ...draft, failed: true });
    });
  }
}
