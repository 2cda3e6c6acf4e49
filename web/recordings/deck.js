/**
 * One track on one media element: fetches what is near the clock, forgets what is not, follows the clock.
 *
 * Each segment is a whole file whose times begin at 0: `timestampOffset` puts it in its place.
 */

import { ApiError } from "../room/wire/api.js";
import { Unreadable } from "./sealed.js";
import { after, pieceAt } from "./timeline.js";

/** Milliseconds that are fetched before they are needed, and kept once they are past. */
export const AHEAD = 20_000;
export const BEHIND = 12_000;

/** Seconds beside the clock at which an element is put right at once, and those at which it goes a little faster or slower. */
const FAR = 0.35;
const NEAR = 0.03;

/** Milliseconds between two such jumps: a jump itself takes time. */
const PATIENCE = 800;

/**
 * @typedef {"waits" | "plays" | "gap" | "unplayable"} DeckState
 * `waits`: something was recorded here and is not there yet. `unplayable`: this browser can't play the format.
 */

export class Deck {
  /** @type {Set<number>} pieces that are in the element */
  #held = new Set();
  /** @type {Set<number>} pieces that can't be had */
  #broken = new Set();
  #source = new MediaSource();
  /** @type {SourceBuffer | null} */
  #buffer = null;
  #mime = "";
  #busy = false;
  #unplayable = "";
  #jumped = 0;

  /**
   * @param {import("./timeline.js").Line} line
   * @param {HTMLMediaElement} element
   * @param {Pick<import("./store.js").Store, "piece">} store
   * @param {{length: number, now: () => number, fault: (fault: ApiError) => void}} given
   */
  constructor(line, element, store, given) {
    this.line = line;
    this.element = element;
    this.store = store;
    this.given = given;
    const address = URL.createObjectURL(this.#source);
    const opened = () => {
      URL.revokeObjectURL(address);
      this.#source.duration = given.length / 1000;
    };
    this.#source.addEventListener("sourceopen", opened, { once: true });
    element.addEventListener("error", () => (this.#unplayable ||= element.error?.message || "error"));
    element.src = address;
  }

  /** The format this browser can't play; empty when it can, or when nothing is known yet. */
  get unplayable() {
    return this.#unplayable;
  }

  /** @param {number} at @returns {DeckState} */
  state(at) {
    if (this.#unplayable) return "unplayable";
    const index = pieceAt(this.line.pieces, at);
    if (index < 0 || this.#broken.has(index)) return "gap";
    return this.#held.has(index) ? "plays" : "waits";
  }

  /** @param {number} at whether what was recorded here can't be had */
  broken(at) {
    return this.#broken.has(pieceAt(this.line.pieces, at));
  }

  /**
   * Brings the element to where the clock is, and fetches the next piece.
   *
   * @param {number} at
   * @param {boolean} runs
   * @param {number} rate
   * @param {boolean} fetches whether it makes sense to ask for anything now
   */
  follow(at, runs, rate, fetches) {
    if (this.#unplayable) return;
    if (fetches) void this.#fill(at, rate);
    if (this.state(at) !== "plays") {
      if (!this.element.paused) this.element.pause();
      return;
    }
    this.#keepTime(at / 1000, runs, rate);
  }

  close() {
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
  }

  /**
   * @param {number} at seconds
   * @param {boolean} runs
   * @param {number} rate
   */
  #keepTime(at, runs, rate) {
    const element = this.element;
    if (element.seeking) return;
    const late = at - element.currentTime;
    const now = this.given.now();
    if (Math.abs(late) > (runs ? FAR : NEAR) && now - this.#jumped > (runs ? PATIENCE : 0)) {
      this.#jumped = now;
      element.currentTime = at;
    }
    const wanted = runs && Math.abs(late) > NEAR ? rate * (1 + Math.min(Math.max(late, -0.1), 0.1)) : rate;
    if (Math.abs(element.playbackRate - wanted) > 0.005) element.playbackRate = wanted;
    if (runs === element.paused) {
      if (runs) element.play().catch(() => {}); // a pause came in between, or the element is being put right
      else element.pause();
    }
  }

  /**
   * @param {number} at
   * @param {number} rate
   */
  async #fill(at, rate) {
    if (this.#busy || this.#source.readyState !== "open") return;
    this.#busy = true;
    try {
      await this.#evict(at, rate);
      const index = this.#next(at, rate);
      if (index >= 0) await this.#load(index);
    } catch (fault) {
      this.#failed(fault);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * @param {number} at
   * @param {number} rate
   */
  #next(at, rate) {
    const pieces = this.line.pieces;
    for (let index = Math.max(after(pieces, at) - 1, 0); index < pieces.length; index += 1) {
      if (pieces[index].start > at + AHEAD * rate) break;
      if (pieces[index].end > at && !this.#held.has(index) && !this.#broken.has(index)) return index;
    }
    return -1;
  }

  /** @param {number} index */
  async #load(index) {
    const pieces = this.line.pieces;
    let opened;
    try {
      opened = await this.store.piece(this.line, index);
    } catch (fault) {
      const lost = fault instanceof Unreadable || (fault instanceof ApiError && fault.code === "not_there");
      if (!lost) throw fault;
      this.#broken.add(index);
      return;
    }
    const buffer = this.#prepared(opened.head.mime);
    if (!buffer) return;
    buffer.abort(); // each piece is a whole file: whatever the one before left open ends here
    buffer.timestampOffset = pieces[index].start / 1000;
    buffer.appendWindowEnd = this.#held.has(index + 1) ? pieces[index + 1].start / 1000 : Infinity;
    buffer.appendBuffer(opened.media);
    await updated(buffer);
    this.#held.add(index);
  }

  /**
   * @param {string} mime
   * @returns {SourceBuffer | null} ready for files of that kind; `null` when this browser can't play them
   */
  #prepared(mime) {
    if (!MediaSource.isTypeSupported(mime)) {
      this.#unplayable = mime;
      return null;
    }
    if (!this.#buffer) this.#buffer = this.#source.addSourceBuffer(mime);
    else if (mime !== this.#mime) this.#buffer.changeType(mime);
    this.#mime = mime;
    return this.#buffer;
  }

  /**
   * Forgets what is far from the clock.
   *
   * @param {number} at
   * @param {number} rate
   */
  async #evict(at, rate) {
    for (const index of [...this.#held]) {
      const { start, end } = this.line.pieces[index];
      if (end > at - BEHIND && start < at + 2 * AHEAD * rate) continue;
      this.#held.delete(index);
      const next = this.#held.has(index + 1) ? this.line.pieces[index + 1].start - 1 : end;
      const until = Math.min(end, next) / 1000;
      if (!this.#buffer || until <= start / 1000) continue;
      this.#buffer.remove(start / 1000, until);
      await updated(this.#buffer);
    }
  }

  /** @param {unknown} fault */
  #failed(fault) {
    if (fault instanceof ApiError) this.given.fault(fault);
    else if (this.#source.readyState === "open") this.#unplayable = `${fault}`;
  }
}

/**
 * @param {SourceBuffer} buffer
 * @returns {Promise<void>} when what it was given is done
 */
function updated(buffer) {
  return new Promise((resolve, reject) => {
    const done = () => {
      buffer.removeEventListener("error", failed);
      resolve();
    };
    const failed = () => {
      buffer.removeEventListener("updateend", done);
      reject(new Error("the segment can't be played"));
    };
    buffer.addEventListener("updateend", done, { once: true });
    buffer.addEventListener("error", failed, { once: true });
  });
}
