/** A meeting as one person lives it: on the way in, inside, on the way back after a cut, out. */

import { pause } from "../clock.js";
import { Emitter } from "../emitter.js";
import { ApiError } from "../wire/api.js";
import { ConnectionLost } from "../wire/join.js";
import { SLOTS } from "../wire/messages.js";
import { seatsFor } from "../wire/offer.js";
import { verdictOn } from "./backoff.js";
import { Relays } from "./relays.js";
import { Roster } from "./roster.js";

/** Milliseconds: how often a person who waits asks again. */
const ASK_EVERY = 2000;

/** Milliseconds the others have to come back after the room has moved, before their tiles go. */
const RETURN = 6000;

/** Milliseconds an offer made ahead is used: a browser that has changed networks since would offer old addresses. */
const FRESH = 120_000;

/** Milliseconds between two looks whether the network answers, and how many of them before we say that it doesn't. */
const LOOK_EVERY = 500;
const LOOKS = 400;

/** Milliseconds over which the people of a room spread their questions where it is. */
const SPREAD = 2000;

/** Milliseconds in which our own way back, given up as the old path spoke again, may still be told to replace it. */
const ECHO = 3000;

/**
 * @typedef {"preview" | "joining" | "waiting" | "live" | "rejoining" | "over"} State
 * @typedef {import("./backoff.js").Reason} Reason
 * @typedef {import("../wire/messages.js").Slot} Slot
 * @typedef {Pick<import("../wire/join.js").Connection,
 *   "prepare" | "open" | "put" | "announce" | "say" | "stats" | "show" | "activate" | "recode" | "leave" | "close" | "on" | "streams">} Connection
 *
 * @typedef {object} Parts what a call is made of; tests bring their own
 * @property {import("../wire/api.js").Api} api
 * @property {(seats: number, relays: RTCIceServer[]) => Connection} connect
 * @property {import("./devices.js").Devices} devices
 * @property {import("./share.js").Share} share
 * @property {import("../clock.js").Clock} clock
 * @property {() => number} random
 * @property {() => string} newId
 *
 * @typedef {object} CallEvents
 * @property {State} state
 * @property {void} up what we send changed
 * @property {void} streams the tracks behind the seats are new
 * @property {import("../wire/path.js").Path} path which way media takes
 * @property {{what: string, by: string}} saved somebody took a copy of what was said or written
 * @property {{type: string, update?: unknown, full?: unknown}} note of the notes everybody edits
 * @property {void} recording how it stands with the recording is new
 * @property {void} question who wants in is asked whether to be recorded
 */

/** @extends {Emitter<CallEvents>} */
export class Call extends Emitter {
  /** @type {State} */
  state = "preview";
  /** @type {Reason | null} why it is over */
  reason = null;
  /** A sentence of the functions about the state, often empty. */
  message = "";
  /** @type {Connection["streams"] | null} what the seats and voices play; the old ones until we are back */
  streams = null;
  /** @type {import("../wire/messages.js").Recorded | null} how it stands with the recording; null: there is none */
  recorded = null;
  roster = new Roster();
  /** Whether this person does without pictures. */
  soundOnly = false;
  /** @type {Promise<void> | null} */
  #ready = null;
  // There once `ready` has resolved; before, nobody is there to chat with, to look at, to wait for.
  chat = /** @type {import("./chat.js").Chat} */ (/** @type {unknown} */ (undefined));
  floor = /** @type {import("./floor.js").Floor} */ (/** @type {unknown} */ (undefined));
  lobby = /** @type {import("./lobby.js").Lobby} */ (/** @type {unknown} */ (undefined));
  sight = /** @type {import("./sight.js").Sight} */ (/** @type {unknown} */ (undefined));
  speakers = /** @type {import("./speakers.js").Speakers} */ (/** @type {unknown} */ (undefined));
  #seats = seatsFor(0);
  /** @type {import("../wire/path.js").Path | null} which way media takes */
  path = null;
  /** @type {Connection | null} the one that is up, or was last: until another one is, it may come back by itself */
  #connection = null;
  /** @type {Connection | null} on its way while the other goes on: after a loss, or with more seats */
  #coming = null;
  #growth = new AbortController();
  /** @type {{connection: Connection, until: number} | null} made ahead */
  #spare = null;
  /** Whether the next connection tries the relays beside the direct way. */
  #detour = false;
  #stayedAt = -Infinity;
  /** Of the room we are in: the higher one is the room of everybody. */
  #epoch = 0;
  #journey = new AbortController();
  #trip = new AbortController();
  #patience = new AbortController();
  /** @type {() => void} */
  #settle = () => {};
  /** @type {() => void} */
  #answered = () => {};

  /**
   * @param {Parts} parts
   * @param {import("../wire/messages.js").Role} role
   * @param {object} [meeting]
   * @param {boolean} [meeting.fleeting] what is written is kept nowhere
   * @param {boolean} [meeting.organises] the meeting is this person's, whatever their role in the room
   */
  constructor(parts, role, { fleeting = false, organises = false } = {}) {
    super();
    this.parts = parts;
    this.fleeting = fleeting;
    this.organises = organises;
    this.devices = parts.devices;
    this.share = parts.share;
    this.firstRole = role;
    this.relays = new Relays(parts.api, parts.clock);
    this.devices.on("changed", (kind) => void this.#send([kind]));
    this.share.on("changed", () => void this.#send(["screen", "screen_sound"]));
  }

  /** Resolves once what is needed among others is there: `chat`, `floor`, `lobby`, `sight`, `speakers`. */
  ready() {
    this.#ready ??= import("./company.js").then((company) => this.#meet(company));
    this.#ready.catch(() => (this.#ready = null));
    return this.#ready;
  }

  /** @param {typeof import("./company.js")} company */
  #meet({ Chat, FleetingChat, Floor, Lobby, Sight, Speakers }) {
    const { api, clock, devices, share, newId } = this.parts;
    const say = (/** @type {{type: string}} */ message) => this.say(message);
    this.chat = this.fleeting ? new FleetingChat(clock, newId, say) : new Chat(api, clock, newId);
    this.speakers = new Speakers(clock);
    this.lobby = new Lobby(api, clock);
    this.floor = new Floor({ api, clock, devices, share, roster: this.roster, say }, this.firstRole);
    this.floor.on("role", () => this.#watchTheDoor());
    this.floor.on("door", (door) => this.lobby.set(door));
    this.sight = new Sight(clock, this.roster, (seats, people) => {
      this.#connection?.show(seats, people);
      if (people.length > this.#seats) void this.#grow(seatsFor(people.length));
    });
    this.sight.closeEyes(this.soundOnly);
  }

  /** Makes the offer while the person still looks at the preview. */
  prepare() {
    if (this.state !== "preview" || this.#spare) return;
    void this.relays.fresh();
    const connection = this.parts.connect(this.#seats, []);
    this.#spare = { connection, until: this.parts.clock.now() + FRESH };
    // A fault shows again when the connection is opened.
    connection.prepare().catch(() => {});
  }

  /** Goes in; waits at the door when it must. */
  async enter() {
    if (this.state !== "preview") return;
    this.#become("joining");
    try {
      await this.ready();
    } catch {
      return this.#finish("lost", false);
    }
    return this.#travel(this.#journey.signal);
  }

  leave() {
    this.#finish("left", true);
  }

  /** @param {boolean} only whether to send and receive no picture: for narrow lines and tired batteries */
  async listen(only) {
    this.soundOnly = only;
    this.sight?.closeEyes(only);
    this.roster.emit("changed", undefined);
    if (only) await this.devices.turn("camera", false);
  }

  /** The network is back: whatever is being waited for before the next try is not waited for any more. */
  hurry() {
    this.#patience.abort();
  }

  /** @param {{type: string, [field: string]: unknown}} message for the room channel; lost while there is none */
  say(message) {
    this.#connection?.say(message);
  }

  /** @returns {Promise<import("./diagnosis.js").Report | null>} what the browser knows of the way; null without one */
  async stats() {
    return (await this.#connection?.stats()) ?? null;
  }

  /** The question of the recording has its answer: the way in is free. */
  answered() {
    this.#answered();
  }

  /** Ends the meeting for everybody. Raises `ApiError`. */
  async end() {
    await this.parts.api.end();
    this.#finish("ended", true);
  }

  get role() {
    return this.floor?.role ?? this.firstRole;
  }

  /** @returns {import("../wire/messages.js").Up} what we send */
  get up() {
    return {
      microphone: this.devices.live("microphone"),
      camera: this.devices.live("camera"),
      screen: this.share.video !== null,
      screen_sound: this.share.audio !== null,
    };
  }

  /**
   * The picture of somebody else, or null when no seat plays it or it is held back.
   *
   * @param {string} participant
   * @param {"camera" | "screen"} source
   * @returns {MediaStream | null}
   */
  picture(participant, source) {
    if (this.soundOnly) return null;
    const seat = this.roster.seatOf(participant, source);
    return this.roster.held.has(seat) ? null : (this.streams?.seats[seat]?.video ?? null);
  }

  /**
   * Tries until we are in, or must wait, or can't.
   *
   * @param {AbortSignal} signal
   * @param {boolean} [wary] looks first whether the network answers
   */
  async #travel(signal, wary = false) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        if (wary) await this.#awaitNetwork(signal);
        return await this.#join(signal);
      } catch (fault) {
        if (signal.aborted) return undefined;
        wary = fault instanceof ApiError && fault.status === 0;
        if (fault instanceof ConnectionLost) this.#avoid();
        const verdict = verdictOn(fault, attempt, this.parts.random);
        const said = fault instanceof ApiError ? fault.message : "";
        if (fault instanceof ApiError && fault.code === "recording_question") {
          await this.#beAsked(signal);
          continue;
        }
        if (verdict.action === "stop") return this.#finish(verdict.reason, false, said);
        this.message = said;
        if (verdict.action === "ask") return void (await this.#wait(signal));
        this.emit("state", this.state);
        await this.#rest(verdict.after, signal);
      }
    }
    return undefined;
  }

  /**
   * Who comes while a recording is asked or runs answers before going in.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #beAsked(signal) {
    return new Promise((resolve) => {
      this.#answered = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.emit("question", undefined);
    });
  }

  /** @param {AbortSignal} signal */
  async #join(signal) {
    const servers = this.#detour ? await this.relays.fresh() : [];
    signal.throwIfAborted();
    await this.#settleIn(this.#connect(servers), signal, servers.length === 0 && this.relays.any);
  }

  /**
   * More seats are a new offer (docs/protocol.md, section 2): what there is goes on until it is answered.
   *
   * @param {number} seats
   */
  async #grow(seats) {
    const servers = this.#detour ? await this.relays.fresh() : [];
    if (this.state !== "live" || this.#coming || seats <= this.#seats) return;
    const connection = this.parts.connect(seats, servers);
    this.#growth = new AbortController();
    const signal = AbortSignal.any([this.#journey.signal, this.#growth.signal]);
    try {
      await this.#settleIn(connection, signal);
      this.#seats = seats;
    } catch (fault) {
      // Refused: nothing has changed. Else the worker may have let the present connection go.
      if (!(fault instanceof ApiError) && !signal.aborted) this.#goBack();
    }
  }

  /**
   * @param {Connection} connection
   * @param {AbortSignal} signal
   * @param {boolean} [impatient] there are relays to try next
   */
  async #settleIn(connection, signal, impatient = false) {
    this.#coming = connection;
    connection.on("message", (message) => this.#hear(message, connection));
    connection.on("levels", (levels) => this.speakers.hear(levels));
    connection.on("silent", () => this.#miss(connection));
    connection.on("heard", () => this.#stay(connection));
    connection.on("lost", () => this.#miss(connection));
    connection.on("path", (path) => connection === this.#connection && this.#follow(path));
    const hello = await this.#open(connection, signal, impatient);
    this.#connection?.close();
    this.#connection = connection;
    this.message = "";
    this.streams = connection.streams;
    this.#epoch = hello.epoch;
    // Before anything is waited for: what the room tells next is news on top of its greeting.
    this.roster.greet(hello);
    this.floor.greet(hello);
    this.#record(hello.recording ?? null);
    this.speakers.active = hello.speaker ?? null;
    // Devices may have changed on the way.
    await Promise.all(SLOTS.map((slot) => connection.put(slot, this.#track(slot))));
    connection.announce(this.up);
    this.#settle();
    this.sight.restart();
    this.#settle = this.parts.clock.after(RETURN, () => this.roster.settle());
    if (this.state !== "live") this.#become("live");
    this.emit("streams", undefined);
    void this.chat.catchUp();
    this.#watchTheDoor();
  }

  #watchTheDoor() {
    if (this.floor.hosting && this.state === "live") this.lobby.open();
    else this.lobby.close();
  }

  /**
   * @param {Connection} connection
   * @param {AbortSignal} signal
   * @param {boolean} impatient
   */
  async #open(connection, signal, impatient) {
    try {
      await Promise.all(SLOTS.map((slot) => connection.put(slot, this.#track(slot))));
      return await connection.open(signal, impatient);
    } finally {
      if (this.#coming === connection) this.#coming = null;
    }
  }

  /** @param {RTCIceServer[]} servers */
  #connect(servers) {
    const spare = this.#spare;
    this.#spare = null;
    if (spare && servers.length === 0 && this.parts.clock.now() < spare.until) return spare.connection;
    spare?.connection.close();
    return this.parts.connect(this.#seats, servers);
  }

  /** No path came up: next time the relays are tried too; where they were, newer credentials are asked for. */
  #avoid() {
    if (this.#detour) this.relays.doubt();
    this.#detour = true;
  }

  /** @param {import("../wire/path.js").Path} path */
  #follow(path) {
    this.#detour = path.relayed;
    this.path = path;
    this.emit("path", path);
  }

  /**
   * Resolves as soon as the network answers; ends the call when it doesn't for minutes.
   *
   * @param {AbortSignal} signal
   */
  async #awaitNetwork(signal) {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      if (await this.parts.api.reachable()) return;
      signal.throwIfAborted();
      await this.#rest(LOOK_EVERY, signal);
    }
    this.#finish("lost", false);
  }

  /**
   * Asks where we stand until somebody has decided.
   *
   * @param {AbortSignal} signal
   */
  async #wait(signal) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const me = await this.parts.api.me();
        if (signal.aborted) return;
        attempt = 0;
        this.message = me.message;
        this.relays.note(me);
        if (me.state === "refused" || me.state === "removed") return this.#finish(me.state, false, me.message);
        if (me.state === "admitted") {
          this.#become("joining");
          return void (await this.#travel(signal));
        }
        this.#become("waiting");
        if (me.recording?.answered === false) this.emit("question", undefined);
      } catch (fault) {
        if (signal.aborted) return;
        const verdict = verdictOn(fault, attempt, this.parts.random);
        if (verdict.action === "stop") return this.#finish(verdict.reason, false, /** @type {Error} */ (fault).message);
      }
      await this.#rest(ASK_EVERY, signal);
    }
  }

  /**
   * @param {number} milliseconds
   * @param {AbortSignal} signal
   */
  async #rest(milliseconds, signal) {
    this.#patience = new AbortController();
    await pause(this.parts.clock, milliseconds, AbortSignal.any([signal, this.#patience.signal])).catch(() => {});
  }

  /** @param {Connection} connection that fell silent */
  #miss(connection) {
    if (connection === this.#connection && !this.#coming) this.#goBack();
  }

  #goBack() {
    if (this.state !== "live") return;
    this.#growth.abort();
    this.lobby.close();
    this.#become("rejoining");
    this.#trip = new AbortController();
    void this.#travel(AbortSignal.any([this.#journey.signal, this.#trip.signal]), true);
  }

  /**
   * The old path speaks again before there is a new one: a short cut, a new address. Nothing was lost but moments.
   *
   * @param {Connection} connection
   */
  #stay(connection) {
    if (this.state !== "rejoining" || connection !== this.#connection) return;
    this.#trip.abort();
    this.#stayedAt = this.parts.clock.now();
    this.#become("live");
    void this.chat.catchUp();
    this.#watchTheDoor();
  }

  /** Elsewhere, unless it was by ourselves: on the way back, or just before we gave that way up. */
  #replaced() {
    if (this.parts.clock.now() - this.#stayedAt < ECHO) return this.#goBack();
    return this.#finish("replaced", false);
  }

  /**
   * One handler per message of the room channel; a type that isn't here is of a later protocol.
   *
   * @type {Record<string, (message: any) => void>}
   */
  #handlers = {
    participant: ({ participant }) => this.roster.welcome(participant),
    left: ({ participant }) => this.roster.dismiss(participant),
    seats: ({ seats, voices }) => this.roster.seat(seats ?? [], voices ?? []),
    paused: ({ seats }) => this.roster.hold(seats ?? []),
    quality: ({ people }) => this.roster.fare(people ?? {}),
    layers: ({ slot, active }) => this.#connection?.activate(slot, active ?? []),
    codec: ({ slot, codec }) => this.#connection?.recode(slot, codec),
    speaker: ({ participant }) => this.speakers.follow(participant),
    chat: ({ message }) => this.chat.receive(message),
    note: (message) => this.emit("note", message),
    notes: (message) => this.emit("note", message),
    saved: (message) => this.emit("saved", message),
    waiting: () => void this.lobby.refresh(),
    recording: (message) => this.#record(message),
    removed: () => this.#finish("removed", false),
    replaced: () => this.#replaced(),
    ended: () => this.#finish("ended", false),
    rejoin: () => this.#goBack(),
    unsure: () => void this.#findRoom(),
  };

  /** The worker has lost touch with the functions; if they gave the room to another one, we follow. */
  async #findRoom() {
    const connection = this.#connection;
    await pause(this.parts.clock, this.parts.random() * SPREAD, this.#journey.signal).catch(() => {});
    const me = await this.parts.api.me().catch(() => null);
    if (!me || this.state !== "live" || connection !== this.#connection) return;
    if (me.state === "removed") this.#finish("removed", true, me.message);
    else if ((me.epoch ?? 0) > this.#epoch) this.#goBack();
  }

  /**
   * @param {{type: string}} message
   * @param {Connection} connection it came on
   */
  #hear(message, connection) {
    if (connection !== this.#connection && connection !== this.#coming) return;
    // The older one is told that it is replaced: by ourselves.
    if (this.#coming && connection !== this.#coming && message.type === "replaced") return;
    for (const handlers of [this.#handlers, this.floor.handlers]) {
      if (Object.hasOwn(handlers, message.type)) handlers[message.type](message);
    }
  }

  /** @param {import("../wire/messages.js").Recorded | null} told */
  #record(told) {
    const recorded = told?.recording ? told : null;
    if (!recorded && !this.recorded) return;
    this.recorded = recorded;
    this.emit("recording", undefined);
  }

  /** @param {Slot[]} slots whose tracks changed */
  async #send(slots) {
    this.emit("up", undefined);
    const connection = this.#connection;
    if (!connection || this.state === "over") return;
    await Promise.all(slots.map((slot) => connection.put(slot, this.#track(slot))));
    const { up } = this;
    this.floor?.resume(slots.filter((slot) => up[slot]));
    connection.announce(Object.fromEntries(slots.map((slot) => [slot, up[slot]])));
  }

  /** @param {Slot} slot */
  #track(slot) {
    if (slot === "microphone" || slot === "camera") return this.devices[slot].track;
    return slot === "screen" ? this.share.video : this.share.audio;
  }

  /**
   * @param {Reason} reason
   * @param {boolean} goodbye whether the worker doesn't know yet
   * @param {string} [message] a sentence of the functions
   */
  #finish(reason, goodbye, message = "") {
    if (this.state === "over") return;
    this.reason = reason;
    this.message = message;
    this.#journey.abort();
    for (const one of [this.lobby, this.chat, this.floor, this.sight]) one?.close();
    this.#settle();
    if (goodbye) this.#connection?.leave();
    this.#connection?.close();
    this.#connection = null;
    this.#coming?.close();
    this.#spare?.connection.close();
    this.#spare = null;
    this.#become("over");
    this.share.stop();
    this.devices.stop();
  }

  /** @param {State} state */
  #become(state) {
    this.state = state;
    this.emit("state", state);
  }
}
