/** One connection to the worker that holds the room: a peer connection, its layout, its channels. */

import { Emitter } from "../emitter.js";
import { Channels } from "./channels.js";
import { layOut } from "./offer.js";

/** From the answer to the first word on the room channel: a worker that is there needs a tenth of a second. */
const GREETING = 5000;

/** The same through a relay, which over TLS takes several round trips to reach. */
const DETOUR = 10_000;

/** From the answer to a first path, after which a relay is worth trying: some round trips of the slowest satellite. */
const DIRECT = 2500;

/**
 * @typedef {object} ConnectionEvents
 * @property {{type: string, [field: string]: any}} message a message of the room channel after `hello`
 * @property {import("./messages.js").Levels} levels
 * @property {void} silent nothing came for 1.5 s; the path may come back by itself
 * @property {void} heard it did
 * @property {import("./path.js").Path} path known, or another one
 * @property {string} lost the media path is gone; at most once, and never after `close`
 */

/** The way to the worker did not come up, or fell before the room greeted us. Message `no path`: a relay may help. */
export class ConnectionLost extends Error {}

/** @extends {Emitter<ConnectionEvents>} */
export class Connection extends Emitter {
  #location = "";
  #closed = false;
  /** @type {Promise<void> | null} */
  #offer = null;
  /** @type {Promise<void>} */
  #asked = Promise.resolve();

  /**
   * @param {import("./api.js").Api} api
   * @param {import("../clock.js").Clock} clock
   * @param {number} [seats]
   * @param {RTCIceServer[]} [relays] tried beside the direct way; none: the worker's own address is in the answer, and
   *   nobody else may learn who meets whom
   */
  constructor(api, clock, seats, relays = []) {
    super();
    this.api = api;
    this.clock = clock;
    this.relays = relays;
    this.peer = new RTCPeerConnection({ iceServers: relays, bundlePolicy: "max-bundle" });
    this.channels = new Channels(this.peer, clock);
    this.layout = layOut(this.peer, seats);
    this.streams = {
      seats: this.layout.seats.map(({ audio, video }) => ({
        audio: new MediaStream([audio]),
        video: new MediaStream([video]),
      })),
      voices: this.layout.voices.map((track) => new MediaStream([track])),
    };
  }

  /**
   * Makes the offer. `open` does it too; done ahead, going in takes one exchange and no more.
   *
   * @returns {Promise<void>}
   */
  prepare() {
    this.#offer ??= this.peer.setLocalDescription();
    return this.#offer;
  }

  /**
   * Makes the one exchange. Resolves with the room's greeting.
   *
   * Raises `ApiError` (the functions refused) or `ConnectionLost`; the connection is closed then.
   *
   * @param {AbortSignal} [signal]
   * @param {boolean} [impatient] gives the direct way up soon: there are relays to try next
   * @returns {Promise<import("./messages.js").Hello>}
   */
  async open(signal, impatient = false) {
    try {
      const greeting = this.#greeting(signal);
      greeting.catch(() => {});
      await this.prepare();
      const { answer, location } = await this.api.join(this.peer.localDescription?.sdp ?? "", signal);
      this.#location = location;
      signal?.throwIfAborted();
      await this.peer.setRemoteDescription({ type: "answer", sdp: answer });
      const patience = this.relays.length > 0 ? DETOUR : GREETING;
      const timers = [this.clock.after(patience, () => this.#lose("no greeting"))];
      if (impatient) timers.push(this.clock.after(DIRECT, () => this.#reached() || this.#lose("no path")));
      const hello = await greeting.finally(() => timers.forEach((cancel) => cancel()));
      this.#watchPath();
      return hello;
    } catch (fault) {
      this.close();
      throw fault;
    }
  }

  /**
   * @param {import("./messages.js").Slot} slot
   * @param {MediaStreamTrack | null} track
   */
  async put(slot, track) {
    if (this.#closed) return;
    const sender = this.layout.slots[slot];
    await sender.replaceTrack(track);
    if (slot === "camera" && track) this.#ask(({ fit }) => fit(sender, track.getSettings()));
  }

  /** @param {Partial<import("./messages.js").Up>} up */
  announce(up) {
    this.channels.say({ type: "up", ...up });
  }

  /** @returns {Promise<RTCStatsReport>} */
  stats() {
    return this.peer.getStats();
  }

  /** @param {{type: string, [field: string]: unknown}} message for the room channel */
  say(message) {
    this.channels.say(message);
  }

  /**
   * @param {import("./messages.js").Shown[]} seats all whose picture is shown
   * @param {string[]} people all whose face the page has a place for, seated or not
   */
  show(seats, people) {
    this.channels.say({ type: "show", seats, people });
  }

  /**
   * Sends only the encodings somebody looks at.
   *
   * @param {import("./messages.js").Slot} slot
   * @param {readonly string[]} rids
   */
  activate(slot, rids) {
    this.#ask(({ activate }) => activate(this.layout.slots[slot], rids));
  }

  /**
   * Sends a picture in another codec; a browser that can't change it on the way joins again, where the answer says it.
   *
   * @param {import("./messages.js").Slot} slot
   * @param {string} codec
   */
  recode(slot, codec) {
    this.#ask(async ({ recode }) => {
      if (!(await recode(this.layout.slots[slot], codec).catch(() => false))) this.#lose("codec");
    });
  }

  /** Says goodbye both ways, for one of them may be broken, and closes. */
  leave() {
    if (this.#closed) return;
    this.channels.say({ type: "bye" });
    if (this.#location) this.api.leave(this.#location);
    this.close();
  }

  /** Closes without a word. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.channels.close();
    this.peer.onconnectionstatechange = null;
    this.peer.close();
  }

  /**
   * One after the other: a sender takes back only the parameters it gave last.
   *
   * @param {(encodings: typeof import("./encodings.js")) => Promise<void>} change
   */
  #ask(change) {
    const encodings = import("./encodings.js");
    this.#asked = this.#asked.then(async () => (this.#closed ? undefined : change(await encodings))).catch(() => {});
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./messages.js").Hello>}
   */
  #greeting(signal) {
    return new Promise((resolve, reject) => {
      let greeted = false;
      this.channels.on("message", (message) => {
        if (message.type !== "hello") return this.emit("message", message);
        greeted = true;
        resolve(/** @type {any} */ (message));
      });
      this.channels.on("levels", (levels) => this.emit("levels", levels));
      this.channels.on("silent", () => !this.#closed && this.emit("silent", undefined));
      this.channels.on("heard", () => !this.#closed && this.emit("heard", undefined));
      this.channels.on("lost", (reason) => this.#lose(reason));
      this.on("lost", (reason) => !greeted && reject(new ConnectionLost(reason)));
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.peer.onconnectionstatechange = () => this.peer.connectionState === "failed" && this.#lose("failed");
    });
  }

  #reached() {
    return this.peer.iceConnectionState === "connected" || this.peer.iceConnectionState === "completed";
  }

  #watchPath() {
    const tell = async () => {
      if (this.#closed) return;
      const [{ pathOf }, report] = await Promise.all([import("./path.js"), this.peer.getStats()]);
      const path = pathOf(/** @type {any} */ (report));
      if (path && !this.#closed) this.emit("path", path);
    };
    const transport = this.peer.sctp?.transport?.iceTransport;
    if (transport) transport.onselectedcandidatepairchange = () => void tell();
    void tell();
  }

  /** @param {string} reason */
  #lose(reason) {
    if (this.#closed) return;
    this.close();
    this.emit("lost", reason);
  }
}
