/** Who is speaking, without flicker: easier to stay a speaker than to become one. Pure but for its memory. */

/** -dBov (RFC 6464): a voice in a quiet room lies between 15 and 45, a fan or a keyboard above 55. */
const STARTS = 48;
const STAYS = 58;

/** Milliseconds: the breath between two sentences. */
const HOLD = 700;

export class Speakers {
  /** @type {Map<string, number>} participant → until when the ring stays */
  #until = new Map();

  /**
   * @param {import("../wire/messages.js").Levels} levels who is absent is silent
   * @param {number} now milliseconds
   */
  hear(levels, now) {
    this.forget(now);
    for (const [participant, level] of Object.entries(levels)) {
      if (level <= (this.#until.has(participant) ? STAYS : STARTS)) this.#until.set(participant, now + HOLD);
    }
  }

  /**
   * Drops who has been silent for long enough.
   *
   * @param {number} now
   */
  forget(now) {
    for (const [participant, until] of this.#until) if (until <= now) this.#until.delete(participant);
  }

  /** @returns {Set<string>} */
  get speaking() {
    return new Set(this.#until.keys());
  }
}
