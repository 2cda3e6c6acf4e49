/** The waiting room as its hosts see it. */

import { Emitter } from "../emitter.js";

/** Milliseconds. Pushes say at once who waits; this repairs a push that was missed. */
const REPAIR_EVERY = 10_000;

/**
 * @typedef {import("../wire/messages.js").Waiting} Waiting
 *
 * @typedef {object} LobbyEvents
 * @property {Waiting[]} changed
 * @property {Waiting} knock somebody new waits
 */

/** @extends {Emitter<LobbyEvents>} */
export class Lobby extends Emitter {
  /** @type {Waiting[]} */
  waiting = [];
  /** @type {import("../wire/messages.js").Out[]} who was refused or put out, the last one first */
  out = [];
  /** @type {import("../wire/messages.js").Door} who comes in without waiting */
  door = { locked: false, invited: false, company: false };
  /** @type {() => void} */
  #stop = () => {};
  #asked = 0;

  /**
   * @param {Pick<import("../wire/api.js").Api, "waiting" | "act" | "admitAll">} api
   * @param {import("../clock.js").Clock} clock
   */
  constructor(api, clock) {
    super();
    this.api = api;
    this.clock = clock;
  }

  /** Watches until `close`. */
  open() {
    this.#stop();
    this.#stop = this.clock.every(REPAIR_EVERY, () => void this.refresh());
    void this.refresh();
  }

  close() {
    this.#stop();
  }

  /** Asks who waits. A failed question is asked again by the repair. */
  async refresh() {
    const turn = ++this.#asked;
    try {
      const { waiting, out, door } = await this.api.waiting();
      if (turn !== this.#asked) return;
      this.out = out;
      this.door = door;
      this.#show(waiting);
    } catch {
      // The list on the screen stays as it was.
    }
  }

  /**
   * Raises `ApiError`.
   *
   * @param {string} participant
   * @param {"admit" | "refuse"} verdict
   * @param {string} [word] of the host to who is refused
   */
  async decide(participant, verdict, word = "") {
    await this.api.act(participant, verdict, word ? { word } : {});
    this.#asked += 1;
    this.#show(this.waiting.filter((one) => one.participant !== participant));
    await this.refresh();
  }

  /**
   * Whoever was refused or put out may come in again. Raises `ApiError`.
   *
   * @param {string} participant
   */
  async readmit(participant) {
    await this.api.act(participant, "readmit");
    this.out = this.out.filter((one) => one.participant !== participant);
    await this.refresh();
  }

  /** Lets in everybody who waits. Raises `ApiError`. */
  async admitAll() {
    await this.api.admitAll();
    this.#asked += 1;
    this.#show([]);
    await this.refresh();
  }

  /** @param {import("../wire/messages.js").Door} door */
  set({ locked, invited, company }) {
    this.door = { locked, invited, company };
    this.emit("changed", this.waiting);
  }

  /** @param {Waiting[]} waiting */
  #show(waiting) {
    const known = new Set(this.waiting.map((one) => one.participant));
    this.waiting = waiting;
    this.emit("changed", waiting);
    for (const one of waiting) if (!known.has(one.participant)) this.emit("knock", one);
  }
}
