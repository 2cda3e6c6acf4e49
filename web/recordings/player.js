/** A recording being watched: one clock, a deck per track. Knows no page: media elements are handed in. */

import { Emitter } from "../room/emitter.js";
import { MasterClock } from "./clock.js";
import { Deck } from "./deck.js";
import { holes, lineOf } from "./timeline.js";

/** Milliseconds between two looks at everything. */
const BEAT = 100;

/** Milliseconds before what was asked in vain is asked again. */
const AGAIN = 3_000;

/**
 * @typedef {"paused" | "plays" | "waits" | "ended" | "over"} PlayerState
 * `waits`: should play, and a piece is on its way. `over`: the viewing has ended, or may not go on.
 *
 * @typedef {object} PlayerEvents
 * @property {number} beat position
 * @property {PlayerState} state
 * @property {import("./timeline.js").Span} jumped a hole
 */

/** @extends {Emitter<PlayerEvents>} */
export class Player extends Emitter {
  /** @type {PlayerState} */
  #state = "paused";
  #wanted = false;
  #unreachable = -Infinity;
  /** @type {() => void} */
  #stop;

  /**
   * @param {import("./wire/viewing.js").Viewing} viewing
   * @param {import("./store.js").Store} store
   * @param {import("../room/clock.js").Clock} time
   */
  constructor(viewing, store, time) {
    super();
    this.viewing = viewing;
    this.store = store;
    this.time = time;
    this.clock = new MasterClock(viewing.length, time.now);
    this.lines = viewing.tracks.map((track) => lineOf(track, viewing.length));
    this.holes = holes(this.lines, viewing.length);
    /** @type {Deck[]} */
    this.decks = [];
    /** Why it is over: a sentence, or empty. */
    this.reason = "";
    this.#stop = time.every(BEAT, () => this.beat());
  }

  get state() {
    return this.#state;
  }

  get position() {
    return this.clock.position;
  }

  /** @param {string} line id of the track @returns {Deck | undefined} */
  deck(line) {
    return this.decks.find((deck) => deck.line.id === line);
  }

  /**
   * @param {import("./timeline.js").Line} line
   * @param {HTMLMediaElement} element
   */
  load(line, element) {
    const fault = (/** @type {import("../room/wire/api.js").ApiError} */ error) => this.#failed(error);
    this.decks.push(new Deck(line, element, this.store, { length: this.viewing.length, now: this.time.now, fault }));
  }

  play() {
    if (this.#state === "over") return;
    if (this.position >= this.viewing.length) this.clock.seek(0);
    this.#wanted = true;
    this.beat();
  }

  pause() {
    this.#wanted = false;
    this.beat();
  }

  toggle() {
    if (this.#wanted) this.pause();
    else this.play();
  }

  /** @param {number} position milliseconds */
  seek(position) {
    this.clock.seek(position);
    this.beat();
  }

  /** @param {number} rate */
  setRate(rate) {
    this.clock.setRate(rate);
    this.beat();
  }

  /** One look at everything: called by time, and where something was changed by hand. */
  beat() {
    if (this.#state === "over") return;
    this.#jump();
    const at = this.position;
    if (this.#wanted && at >= this.viewing.length) this.#wanted = false;
    const waits = this.decks.some((deck) => deck.state(at) === "waits");
    const runs = this.#wanted && !waits;
    if (runs !== this.clock.runs) {
      if (runs) this.clock.start();
      else this.clock.stop();
    }
    const fetches = this.time.now() - this.#unreachable > AGAIN;
    for (const deck of this.decks) deck.follow(at, runs, this.clock.rate, fetches);
    this.emit("beat", at);
    const ended = at >= this.viewing.length;
    this.#become(!this.#wanted ? (ended ? "ended" : "paused") : waits ? "waits" : "plays");
  }

  /** Nothing plays any more, and no key is kept. */
  close() {
    this.#stop();
    for (const deck of this.decks) deck.close();
    this.decks = [];
    this.clock.stop();
  }

  /** Nobody should wait through what was not recorded. */
  #jump() {
    if (!this.#wanted) return;
    const at = this.position;
    const hole = this.holes.find((span) => span.start <= at && at < span.end);
    if (!hole) return;
    this.clock.seek(hole.end);
    this.emit("jumped", hole);
  }

  /** @param {import("../room/wire/api.js").ApiError} fault */
  #failed(fault) {
    if (fault.status === 0 || fault.status >= 500 || fault.status === 429) {
      this.#unreachable = this.time.now();
      return;
    }
    if (this.#state === "over") return;
    this.reason = fault.message;
    this.close();
    this.#become("over");
  }

  /** @param {PlayerState} state */
  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.emit("state", state);
  }
}
