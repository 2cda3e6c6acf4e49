/** The meeting's notes: one text that everybody edits at once (docs/protocol.md, section 5). */

import { Emitter } from "../emitter.js";
import { ApiError } from "../wire/api.js";

/** Milliseconds: what is typed goes to the others in pieces of so much time, to the functions in larger ones. */
const TELL_EVERY = 150;
const SAVE_EVERY = 2000;

/** Milliseconds until what may have been missed is looked for again: everybody has saved by then. */
const LOOK_AGAIN = 5000;

/** UTF-16 units inserted by one change: what comes of it fits into a message. */
const PIECE = 2000;

/** Bytes of a change that fit into a message, and into a batch. */
const MESSAGE = 11_000;
const BATCH = 45_000;

/** UTF-16 units of all notes together. */
const LONGEST = 100_000;

const OWN = Symbol("typed here");

/**
 * @typedef {object} Doc what we use of Yjs
 * @property {number} clientID
 * @property {{pendingStructs: unknown}} store
 * @property {(name: string) => Text} getText
 * @property {(event: "update", listener: (update: Uint8Array, origin: unknown) => void) => void} on
 * @property {() => void} destroy
 *
 * @typedef {{retain?: number, insert?: string, delete?: number}[]} Delta
 *
 * @typedef {object} Text
 * @property {number} length
 * @property {() => string} toString
 * @property {(at: number, text: string) => void} insert
 * @property {(at: number, length: number) => void} delete
 * @property {(listener: (event: {delta: Delta, transaction: {origin: unknown}}) => void) => void} observe
 *
 * @typedef {object} Yjs
 * @property {new () => Doc} Doc
 * @property {new (text: Text, options: {trackedOrigins: Set<unknown>}) => {undo: () => void, redo: () => void}} UndoManager
 * @property {(doc: Doc, update: Uint8Array, origin?: unknown) => void} applyUpdate
 * @property {(doc: Doc, known?: Uint8Array) => Uint8Array} encodeStateAsUpdate
 * @property {(doc: Doc) => Uint8Array} encodeStateVector
 * @property {(updates: Uint8Array[]) => Uint8Array} mergeUpdates
 * @property {(doc: Doc, change: () => void, origin?: unknown) => void} transact
 *
 * @typedef {import("../wire/messages.js").NotesState} NotesState
 *
 * @typedef {object} NotesEvents
 * @property {Delta} changed by somebody else, or by going back
 * @property {void} state what is kept, saved, full
 */

/** @extends {Emitter<NotesEvents>} */
export class Notes extends Emitter {
  /** @type {NotesState["kept"] | ""} how long they are kept; empty until known */
  kept = "";
  /** Seconds since 1970 until when; 0 when there is no such date. */
  until = 0;
  /** Whether no more fits in. */
  full = false;
  /** Whether the functions can't be reached with what was typed. */
  failing = false;
  /** @type {Uint8Array[]} typed here, not told yet */
  #untold = [];
  /** @type {Uint8Array[]} typed here, in no batch yet */
  #unsaved = [];
  /** @type {{number: number, bytes: Uint8Array} | null} on its way, the same until it has arrived */
  #batch = null;
  #number = 0;
  #saving = false;
  /** @type {Uint8Array[] | null} from others, kept back while a letter is being composed */
  #held = null;
  /** @type {Doc | null} what the room and the store know, while that is being found out */
  #there = null;
  /** @type {(() => void) | null} */
  #telling = null;
  /** @type {() => void} */
  #looking = () => {};

  /**
   * @param {Yjs} yjs
   * @param {Pick<import("../wire/api.js").Api, "readNotes" | "saveNotes">} api
   * @param {import("../clock.js").Clock} clock
   * @param {(message: {type: string, update?: string}) => void} tell on the room channel
   */
  constructor(yjs, api, clock, tell) {
    super();
    this.yjs = yjs;
    this.api = api;
    this.clock = clock;
    this.tell = tell;
    this.doc = new yjs.Doc();
    this.text = this.doc.getText("notes");
    this.past = new yjs.UndoManager(this.text, { trackedOrigins: new Set([OWN]) });
    this.doc.on("update", (update, origin) => (origin === OWN || origin === this.past) && this.#typed(update));
    this.text.observe(({ delta, transaction }) => transaction.origin !== OWN && this.emit("changed", delta));
    this.stop = clock.every(SAVE_EVERY, () => void this.#save());
  }

  get value() {
    return this.text.toString();
  }

  /** Whether all that was typed here is where it should be. */
  get saved() {
    return this.kept === "none" || (this.#unsaved.length === 0 && this.#batch === null);
  }

  /**
   * Puts `inserted` in the place of `deleted` units at `at`. Returns false when no more fits in.
   *
   * @param {number} at
   * @param {number} deleted
   * @param {string} inserted
   */
  edit(at, deleted, inserted) {
    const fits = this.text.length - deleted + inserted.length <= LONGEST;
    this.yjs.transact(this.doc, () => deleted && this.text.delete(at, deleted), OWN);
    for (let start = 0, end = 0; fits && start < inserted.length; start = end) {
      end = whole(inserted, start + PIECE);
      const piece = inserted.slice(start, end);
      this.yjs.transact(this.doc, () => this.text.insert(at + start, piece), OWN);
    }
    if (!fits) this.#say({ full: true });
    return fits;
  }

  /** Gets what was written before, and gives what others may lack: at the beginning, and after each way back. */
  async sync() {
    this.#looking();
    try {
      const stored = await this.#read();
      this.#there?.destroy();
      this.#there = new this.yjs.Doc();
      if (stored) this.yjs.applyUpdate(this.#there, stored);
    } catch {
      this.#looking = this.clock.after(LOOK_AGAIN, () => void this.sync());
      return;
    }
    this.tell({ type: "notes" });
    // What others had typed but not saved yet is saved by now.
    this.#looking = this.clock.after(LOOK_AGAIN, () => void this.#read().catch(() => {}));
  }

  /** @param {{type: string, update?: unknown, full?: unknown}} message of the room channel */
  hear({ type, update, full }) {
    if (type === "notes") return full ? this.#say({ full: true }) : this.#give();
    try {
      if (typeof update === "string") this.#take(bytesOf(update));
    } catch {
      // Not of these notes: another page's fault must not stop this one.
    }
    return undefined;
  }

  /** Others' letters wait while one's own is being composed. */
  hold() {
    this.#held ??= [];
  }

  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const update of held) this.#take(update);
  }

  /** Saves what is left, though nobody waits for the answer, and ends. */
  close() {
    this.stop();
    this.#looking();
    this.#telling?.();
    for (const batch of [this.#batch, this.#cut()]) if (batch) this.#post(batch, true).catch(() => {});
  }

  /**
   * @param {Uint8Array} update
   * @param {number} [patience] milliseconds until what it builds upon, and is missing, is looked for
   */
  #take(update, patience = SAVE_EVERY) {
    if (this.#held) return void this.#held.push(update);
    if (this.#there) this.yjs.applyUpdate(this.#there, update);
    this.yjs.applyUpdate(this.doc, update, "room");
    // Something before it has been missed: the store has it, or will.
    if (this.doc.store.pendingStructs) {
      this.#looking();
      this.#looking = this.clock.after(patience, () => void this.#read().catch(() => {}));
    }
  }

  async #read() {
    const { update, kept, until } = await this.api.readNotes();
    const stored = update ? bytesOf(update) : null;
    if (stored) this.#take(stored, LOOK_AGAIN);
    this.#say({ kept, until });
    return stored;
  }

  /** The room has told all it knows: what it lacks of ours it gets. */
  #give() {
    const there = this.#there;
    this.#there = null;
    for (const update of [...(this.#batch ? [this.#batch.bytes] : []), ...this.#unsaved]) this.#tellOne(update);
    if (!there) return;
    const known = this.yjs.encodeStateVector(there);
    const same = base64(known) === base64(this.yjs.encodeStateVector(this.doc));
    if (!same) this.#tellOne(this.yjs.encodeStateAsUpdate(this.doc, known));
    there.destroy();
  }

  /** @param {Uint8Array} update */
  #typed(update) {
    this.#untold.push(update);
    this.#unsaved.push(update);
    this.#telling ??= this.clock.after(TELL_EVERY, () => this.#tellAll());
    this.emit("state", undefined);
  }

  #tellAll() {
    this.#telling = null;
    while (this.#untold.length > 0) this.#tellOne(this.yjs.mergeUpdates(some(this.#untold, MESSAGE)));
  }

  /** @param {Uint8Array} update */
  #tellOne(update) {
    if (update.length <= 1.1 * MESSAGE) this.tell({ type: "note", update: base64(update) });
  }

  async #save() {
    if (this.#saving) return;
    this.#batch ??= this.#cut();
    if (!this.#batch) return;
    this.#saving = true;
    try {
      await this.#post(this.#batch, false);
      this.#batch = null;
      this.#say({ failing: false });
    } catch (fault) {
      // Too much: the same batch would be refused for ever.
      const full = fault instanceof ApiError && fault.code === "notes_full";
      if (full) this.#batch = null;
      this.#say({ failing: !full, full: this.full || full });
    } finally {
      this.#saving = false;
    }
  }

  /** The next batch, or null when there is nothing to save. */
  #cut() {
    if (this.kept === "none") this.#unsaved = [];
    if (this.#unsaved.length === 0) return null;
    const bytes = this.yjs.mergeUpdates(some(this.#unsaved, BATCH));
    this.#number += 1;
    return { number: this.#number, bytes };
  }

  /**
   * @param {{number: number, bytes: Uint8Array}} batch
   * @param {boolean} last the page may be going away
   */
  #post({ number, bytes }, last) {
    return this.api.saveNotes({ client: this.doc.clientID, number, update: base64(bytes) }, last);
  }

  /** @param {Partial<Pick<Notes, "kept" | "until" | "full" | "failing">>} change */
  #say(change) {
    Object.assign(this, change);
    this.emit("state", undefined);
  }
}

/**
 * Takes the first ones out, as many as fit, at least one.
 *
 * @param {Uint8Array[]} updates
 * @param {number} bytes
 */
function some(updates, bytes) {
  let [count, size] = [1, updates[0].length];
  while (count < updates.length && size + updates[count].length <= bytes) size += updates[count++].length;
  return updates.splice(0, count);
}

/**
 * Where a text may be cut: not within a letter of two units, which would be none any more.
 *
 * @param {string} text
 * @param {number} at
 */
export function whole(text, at) {
  return /[\uD800-\uDBFF]/.test(text[at - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at - 1 : at;
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @param {string} text */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
