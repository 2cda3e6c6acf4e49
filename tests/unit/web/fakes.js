/** Small stand-ins: a clock moved by hand, an HTTP interface and a connection that do what a test says. */

import { Emitter } from "../../../web/room/emitter.js";

/** A clock of web/room/clock.js. */
export class HandClock {
  #now = 0;
  /** @type {Set<{at: number, every: number, action: () => void}>} */
  #timers = new Set();

  now = () => this.#now;

  /**
   * @param {number} milliseconds
   * @param {() => void} action
   */
  after = (milliseconds, action) => this.#add({ at: this.#now + milliseconds, every: 0, action });

  /**
   * @param {number} milliseconds
   * @param {() => void} action
   */
  every = (milliseconds, action) => this.#add({ at: this.#now + milliseconds, every: milliseconds, action });

  /**
   * Moves time, runs what falls due in order, and lets promises settle after each.
   *
   * @param {number} milliseconds
   */
  async pass(milliseconds) {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const due = [...this.#timers].filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due.at);
      if (due.every) due.at += due.every;
      else this.#timers.delete(due);
      due.action();
      await settled();
    }
    this.#now = end;
  }

  /** @param {{at: number, every: number, action: () => void}} timer */
  #add(timer) {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
}

/** Resolves when the promises of now have run. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A track that can be stopped and end. */
export class FakeTrack {
  enabled = true;
  stopped = false;
  contentHint = "";
  muted = false;
  /** @type {(() => void) | null} */
  onended = null;
  /** @type {(() => void) | null} */
  onmute = null;
  /** @type {(() => void) | null} */
  onunmute = null;

  /**
   * @param {"audio" | "video"} kind
   * @param {string} [device]
   */
  constructor(kind, device = "default") {
    this.kind = kind;
    this.device = device;
  }

  stop() {
    this.stopped = true;
  }

  getSettings() {
    return { deviceId: this.device };
  }
}

/** Devices that are there, missing, or refused: `faults` maps "audio" and "video" to the name of an error. */
export class FakeMedia extends EventTarget {
  /** @type {Record<string, string>} */
  faults = {};
  /** @type {FakeTrack[]} */
  given = [];
  /** @type {MediaStreamConstraints[]} */
  asked = [];
  /** @type {{kind: string, deviceId: string, label: string}[]} */
  devices = [];

  /** @param {MediaStreamConstraints} constraints */
  async getUserMedia(constraints) {
    this.asked.push(constraints);
    /** @type {("audio" | "video")[]} */
    const both = ["audio", "video"];
    const kinds = both.filter((kind) => constraints[kind]);
    for (const kind of kinds) if (this.faults[kind]) throw Object.assign(new Error(), { name: this.faults[kind] });
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    this.given.push(...tracks);
    return {
      getTracks: () => tracks,
      getAudioTracks: () => tracks.filter((one) => one.kind === "audio"),
      getVideoTracks: () => tracks.filter((one) => one.kind === "video"),
    };
  }

  async enumerateDevices() {
    return this.devices;
  }
}

/**
 * A connection whose opening is decided by the test: `answer` is a hello or a fault.
 *
 * @extends {Emitter<Record<string, any>>}
 */
export class FakeConnection extends Emitter {
  streams = { seats: [], voices: [] };
  /** @type {[string, unknown][]} */
  puts = [];
  /** @type {object[]} */
  announced = [];
  /** @type {object[][]} */
  shown = [];
  /** @type {string[]} */
  people = [];
  /** @type {[string, readonly string[]][]} */
  activated = [];
  prepared = false;
  /** @type {[string, string][]} */
  recoded = [];
  left = false;
  closed = false;

  impatient = false;

  /**
   * @param {unknown} answer
   * @param {RTCIceServer[]} [relays]
   */
  constructor(answer, relays = []) {
    super();
    this.answer = answer;
    this.relays = relays;
  }

  async prepare() {
    this.prepared = true;
  }

  /**
   * @param {AbortSignal} [_]
   * @param {boolean} [impatient]
   */
  async open(_, impatient = false) {
    this.impatient = impatient;
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }

  /**
   * @param {string} slot
   * @param {unknown} track
   */
  async put(slot, track) {
    this.puts.push([slot, track]);
  }

  /** @type {{type: string}[]} */
  said = [];

  /** @param {{type: string}} message */
  say(message) {
    this.said.push(message);
  }

  /** @param {object} up */
  announce(up) {
    this.announced.push(up);
  }

  /**
   * @param {object[]} seats
   * @param {string[]} people
   */
  show(seats, people) {
    this.shown.push(seats);
    this.people = people;
  }

  /**
   * @param {string} slot
   * @param {readonly string[]} rids
   */
  activate(slot, rids) {
    this.activated.push([slot, rids]);
  }

  /**
   * @param {string} slot
   * @param {string} codec
   */
  recode(slot, codec) {
    this.recoded.push([slot, codec]);
  }

  leave() {
    this.left = true;
  }

  close() {
    this.closed = true;
  }
}

/**
 * @param {string} id
 * @param {string} name
 * @returns {import("../../../web/room/wire/messages.js").Participant}
 */
export function participant(id, name) {
  return { id, name, role: "guest", hand: 0, up: { microphone: true, camera: true, screen: false, screen_sound: false } };
}

/**
 * @param {...string} ids the first one is "you"
 * @returns {import("../../../web/room/wire/messages.js").Hello}
 */
export function hello(...ids) {
  const participants = ids.map((id) => participant(id, id));
  return { you: ids[0], room: "r", epoch: 1, connection: "c", participants, seats: [], voices: [] };
}
