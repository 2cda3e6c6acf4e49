/** Who may do what to whom: roles, what a host took from us, what we take back, hands and reactions (docs/protocol.md). */

import { Emitter } from "../emitter.js";

/**
 * @typedef {import("../wire/messages.js").Slot} Slot
 * @typedef {import("../wire/messages.js").Participant} Participant
 * @typedef {import("../wire/messages.js").Door} DoorSettings
 *
 * @typedef {object} FloorEvents
 * @property {{act: string, by: string}} moderated something was done to us; `by` is empty where it is not known by whom
 * @property {{slot: "microphone" | "camera", by: string}} asked a host asks us to switch that on
 * @property {{participant: string, reaction: string}} reaction
 * @property {DoorSettings} door the room was locked, opened, closed
 * @property {Participant} raised a hand went up
 * @property {void} role ours changed
 */

/** @type {Record<Slot, string>} what a slot is taken away by */
const ACTS = { microphone: "mute", camera: "stop_camera", screen: "stop_share", screen_sound: "stop_share" };

/** Milliseconds until the functions are told once more what we took back. */
const AGAIN = 5000;

/** @extends {Emitter<FloorEvents>} */
export class Floor extends Emitter {
  /** @type {Set<Slot>} what a host stopped and we have not taken back */
  held = new Set();
  /** @type {Set<Slot>} what we took back and the functions don't know yet */
  #owed = new Set();
  /** @type {Set<string>} whose hands were up */
  #hands = new Set();
  /** @type {() => void} */
  #stop = () => {};

  /**
   * @param {object} parts
   * @param {Pick<import("../wire/api.js").Api, "raiseHand" | "resume">} parts.api
   * @param {import("../clock.js").Clock} parts.clock
   * @param {import("./roster.js").Roster} parts.roster
   * @param {import("./devices.js").Devices} parts.devices
   * @param {import("./share.js").Share} parts.share
   * @param {(message: {type: string, [field: string]: unknown}) => void} parts.say on the room channel
   * @param {import("../wire/messages.js").Role} role
   */
  constructor(parts, role) {
    super();
    this.parts = parts;
    this.role = role;
    parts.roster.on("changed", () => this.#compare());
  }

  /** Whether we admit and moderate. */
  get hosting() {
    return this.role !== "guest";
  }

  /** @returns {Participant[]} whose hands are up, first come first */
  get hands() {
    const up = [...this.parts.roster.people.values()].filter((one) => one.hand > 0);
    return up.sort((a, b) => a.hand - b.hand);
  }

  get handUp() {
    return (this.parts.roster.people.get(this.parts.roster.you)?.hand ?? 0) > 0;
  }

  /**
   * A room we come into says what it holds of ours; what we had taken back meanwhile, we take back again.
   *
   * @param {import("../wire/messages.js").Hello} hello
   */
  greet(hello) {
    const taken = /** @type {Slot[]} */ (hello.held ?? []);
    const back = taken.filter((slot) => this.#owed.has(slot));
    this.held = new Set(taken);
    if (back.length > 0) this.resume(back);
    this.#obey([...this.held], "");
  }

  /**
   * Handlers of the room channel's messages that are ours.
   *
   * @type {Record<string, (message: any) => void>}
   */
  handlers = {
    moderated: ({ act, by, held }) => {
      this.held = new Set(held ?? []);
      const changed = this.#obey([...this.held], by, act);
      if (!changed) this.emit("moderated", { act, by });
    },
    asked: ({ slot, by }) => this.emit("asked", { slot, by }),
    reaction: (reaction) => this.emit("reaction", reaction),
    door: (door) => this.emit("door", door),
  };

  /**
   * Takes back what a host had stopped: at once in the room, and in the store, which hands it to the next worker.
   *
   * @param {Slot[]} slots
   */
  resume(slots) {
    const taken = slots.filter((slot) => this.held.has(slot));
    if (taken.length === 0) return;
    for (const slot of taken) {
      this.held.delete(slot);
      this.#owed.add(slot);
    }
    this.parts.say({ type: "resume", slots: taken });
    void this.#settle();
  }

  /** @param {boolean} up Raises `ApiError`. */
  async raiseHand(up) {
    await this.parts.api.raiseHand(up);
  }

  /** @param {string} reaction */
  react(reaction) {
    this.parts.say({ type: "react", reaction });
  }

  close() {
    this.#stop();
  }

  /**
   * Switches off what is held and still on.
   *
   * @param {Slot[]} slots
   * @param {string} by
   * @param {string} [act] what was said to have been done
   * @returns {boolean} whether anything was said
   */
  #obey(slots, by, act = "") {
    const { devices, share } = this.parts;
    /** @type {Set<string>} */
    const acts = new Set();
    for (const slot of slots) {
      if (slot === "microphone" || slot === "camera") {
        if (!devices[slot].on) continue;
        void devices.turn(slot, false);
      } else {
        if (!share.video) continue;
        share.stop();
      }
      acts.add(ACTS[slot]);
    }
    if (act) acts.add(act);
    for (const one of acts) this.emit("moderated", { act: one, by });
    return acts.size > 0;
  }

  async #settle() {
    const slots = [...this.#owed];
    try {
      await this.parts.api.resume(slots);
      for (const slot of slots) this.#owed.delete(slot);
    } catch {
      // The room has heard it; the store must know before the room moves.
      this.#stop();
      this.#stop = this.parts.clock.after(AGAIN, () => void this.#settle());
    }
  }

  #compare() {
    const { roster } = this.parts;
    for (const one of roster.people.values()) {
      if (one.hand > 0 && !this.#hands.has(one.id)) this.emit("raised", one);
    }
    this.#hands = new Set(this.hands.map((one) => one.id));
    const own = roster.people.get(roster.you);
    if (!own || own.role === this.role) return;
    this.role = own.role;
    this.emit("role", undefined);
  }
}
