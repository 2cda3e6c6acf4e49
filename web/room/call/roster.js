/** Who is here, and who sits where. */

import { Emitter } from "../emitter.js";

/**
 * @typedef {import("../wire/messages.js").Participant} Participant
 * @typedef {import("../wire/messages.js").Seat} Seat
 * @typedef {import("../wire/messages.js").Voice} Voice
 *
 * @typedef {object} RosterEvents
 * @property {void} changed anything below
 * @property {Participant} joined somebody came while we were here
 * @property {Participant} left somebody went while we were here
 */

/** @extends {Emitter<RosterEvents>} */
export class Roster extends Emitter {
  you = "";
  /** @type {Map<string, Participant>} in order of arrival */
  people = new Map();
  /** @type {Map<number, Seat>} */
  seats = new Map();
  /** @type {Map<number, Voice>} */
  voices = new Map();
  /** @type {Map<number, "bandwidth" | "codec">} seats whose picture the worker holds back, and why */
  held = new Map();
  /** @type {Map<string, "fair" | "poor">} whose network does not carry the meeting well; who is absent is well */
  networks = new Map();
  /** @type {Set<string>} known before a rejoin, not seen since */
  #missing = new Set();

  /**
   * The room's greeting. After a rejoin the others may still be on their way back: they keep their tiles until `settle`.
   *
   * @param {import("../wire/messages.js").Hello} hello
   */
  greet(hello) {
    const again = this.people.size > 0;
    const present = new Set(hello.participants.map((one) => one.id));
    this.you = hello.you;
    this.#missing = new Set([...this.people.keys()].filter((id) => !present.has(id)));
    this.seats = new Map(hello.seats.map((seat) => [seat.seat, seat]));
    this.voices = new Map(hello.voices.map((voice) => [voice.voice, voice]));
    this.held = new Map();
    this.networks = new Map();
    for (const one of hello.participants) this.#put(one, again);
    this.emit("changed", undefined);
  }

  /** Whoever has not come back since the greeting is gone. */
  settle() {
    for (const id of [...this.#missing]) this.dismiss(id);
  }

  /** @param {Participant} participant came or changed */
  welcome(participant) {
    this.#put(participant, true);
    this.emit("changed", undefined);
  }

  /** @param {string} id */
  dismiss(id) {
    const participant = this.people.get(id);
    this.#missing.delete(id);
    if (!participant || id === this.you) return;
    this.people.delete(id);
    this.emit("left", participant);
    this.emit("changed", undefined);
  }

  /**
   * @param {Seat[]} seats only those that changed
   * @param {Voice[]} voices only those that changed
   */
  seat(seats, voices) {
    for (const seat of seats) this.seats.set(seat.seat, seat);
    for (const voice of voices) this.voices.set(voice.voice, voice);
    this.emit("changed", undefined);
  }

  /**
   * @param {string} participant
   * @param {"camera" | "screen"} source
   * @returns {number} the seat that plays it, -1 when none does
   */
  seatOf(participant, source) {
    for (const seat of this.seats.values()) {
      if (seat.participant === participant && seat.source === source) return seat.seat;
    }
    return -1;
  }

  /** @param {{seat: number, reason: "bandwidth" | "codec"}[]} seats all whose picture is held back now */
  hold(seats) {
    this.held = new Map(seats.map(({ seat, reason }) => [seat, reason]));
    this.emit("changed", undefined);
  }

  /** @param {Record<string, "fair" | "poor">} people all whose network is not well now */
  fare(people) {
    this.networks = new Map(Object.entries(people));
    this.emit("changed", undefined);
  }

  /** @returns {Participant[]} who shares a screen, oneself included */
  get sharing() {
    return [...this.people.values()].filter((one) => one.up.screen);
  }

  /**
   * @param {Participant} participant
   * @param {boolean} tell
   */
  #put(participant, tell) {
    const known = this.people.has(participant.id);
    this.#missing.delete(participant.id);
    this.people.set(participant.id, participant);
    if (!known && tell && participant.id !== this.you) this.emit("joined", participant);
  }
}
