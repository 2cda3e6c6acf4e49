/** The relays this person may use. Their credentials end by themselves, so they are asked for anew in time. */

/** Milliseconds before their end at which credentials are no longer used. */
const MARGIN = 60_000;

/** Milliseconds after which it is asked again whether there are relays, where there were none. */
const NONE = 600_000;

export class Relays {
  /** @type {RTCIceServer[]} */
  #servers = [];
  #until = -Infinity;

  /**
   * @param {Pick<import("../wire/api.js").Api, "me">} api
   * @param {import("../clock.js").Clock} clock
   */
  constructor(api, clock) {
    this.api = api;
    this.clock = clock;
  }

  /** Whether there are some, as far as we know. */
  get any() {
    return this.#servers.length > 0;
  }

  /** @param {import("../wire/messages.js").Me} me who isn't admitted gets none */
  note({ state, relays }) {
    if (state !== "admitted") return;
    this.#servers = relays?.servers ?? [];
    this.#until = this.clock.now() + (relays ? relays.lifetime * 1000 - MARGIN : NONE);
  }

  /** They did not help: perhaps the clock slept with the laptop, and they are older than it says. */
  doubt() {
    this.#until = -Infinity;
  }

  /**
   * @returns {Promise<RTCIceServer[]>} good ones, or those we have when nobody answers
   */
  async fresh() {
    if (this.clock.now() >= this.#until) {
      try {
        this.note(await this.api.me());
      } catch {
        // The exchange that follows meets the same fault and says what it means.
      }
    }
    return this.#servers;
  }
}
