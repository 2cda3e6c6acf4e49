/** Who is speaking, without flicker: easier to stay a speaker than to become one. */

import { Emitter } from "../emitter.js";

/** -dBov (RFC 6464): a voice in a quiet room lies between 15 and 45, a fan or a keyboard above 55. */
const STARTS = 48;
const STAYS = 58;

/** Milliseconds: the breath between two sentences. */
const HOLD = 700;

/** @extends {Emitter<{changed: Set<string>}>} */
export class Speakers extends Emitter {
  /** @type {string | null} who holds the floor, as the worker judges */
  active = null;
  /** @type {Map<string, number>} participant → until when the ring stays */
  #until = new Map();
  /** @type {() => void} */
  #stop = () => {};

  /** @param {import("../clock.js").Clock} clock */
  constructor(clock) {
    super();
    this.clock = clock;
  }

  /** @param {import("../wire/messages.js").Levels} levels who is absent is silent */
  hear(levels) {
    const now = this.clock.now();
    for (const [participant, level] of Object.entries(levels)) {
      if (level <= (this.#until.has(participant) ? STAYS : STARTS)) this.#until.set(participant, now + HOLD);
    }
    this.#forget();
  }

  /** @param {string | null} participant */
  follow(participant) {
    this.active = participant;
    this.emit("changed", this.speaking);
  }

  /** @returns {Set<string>} */
  get speaking() {
    return new Set(this.#until.keys());
  }

  /** Levels stop coming once nobody speaks: the last rings go out by themselves. */
  #forget() {
    const now = this.clock.now();
    for (const [participant, until] of this.#until) if (until <= now) this.#until.delete(participant);
    this.#stop();
    if (this.#until.size > 0) this.#stop = this.clock.after(HOLD, () => this.#forget());
    this.emit("changed", this.speaking);
  }
}
