/** The two negotiated data channels (docs/protocol.md, section 3). */

import { Emitter } from "../emitter.js";
import { readMessage } from "./messages.js";

/** Milliseconds in which nothing was heard or asked: who hears of levels five times a second needn't ask. */
const PING_AFTER = 500;
const LISTEN_EVERY = 250;
const SILENCE = 1500;

/**
 * @typedef {object} ChannelEvents
 * @property {{type: string, [field: string]: any}} message a message of the room channel
 * @property {import("./messages.js").Levels} levels
 * @property {void} open the room channel can be written to
 * @property {void} silent nothing heard for 1.5 s while we ping; we go on pinging
 * @property {void} heard again, after a silence
 * @property {string} lost the transport closed; at most once
 */

/** @extends {Emitter<ChannelEvents>} */
export class Channels extends Emitter {
  #heard = 0;
  #sent = 0;
  #unanswered = 0;
  #over = false;
  #silent = false;
  /** @type {() => void} */
  #stop = () => {};

  /**
   * @param {Pick<RTCPeerConnection, "createDataChannel">} peer
   * @param {import("../clock.js").Clock} clock
   */
  constructor(peer, clock) {
    super();
    this.clock = clock;
    this.room = peer.createDataChannel("room", { negotiated: true, id: 0 });
    this.pulse = peer.createDataChannel("pulse", { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
    this.room.onopen = () => this.emit("open", undefined);
    this.room.onmessage = (event) => this.#hearRoom(event.data);
    this.pulse.onopen = () => this.#beat();
    this.pulse.onmessage = (event) => this.#hearPulse(event.data);
    this.room.onclose = this.pulse.onclose = () => this.#lose("closed");
  }

  /**
   * Says something on the room channel; nothing while it isn't open: the whole state is said again when it opens.
   *
   * @param {{type: string, [field: string]: unknown}} message
   */
  say(message) {
    if (this.room.readyState === "open") this.room.send(JSON.stringify(message));
  }

  /** Ends the listening. No event comes after this. */
  close() {
    this.#over = true;
    this.#stop();
  }

  #beat() {
    this.#heard = this.clock.now();
    this.#ping();
    this.#stop = this.clock.every(LISTEN_EVERY, () => this.#listen());
  }

  #listen() {
    const now = this.clock.now();
    // A hidden or sleeping page's timers come late: silence counts only while pings really went out.
    if (!this.#silent && this.#unanswered >= 2 && now - this.#heard >= SILENCE) {
      this.#silent = true;
      this.emit("silent", undefined);
    }
    if (now - Math.max(this.#sent, this.#heard) >= PING_AFTER) this.#ping();
  }

  #ping() {
    if (this.pulse.readyState !== "open") return;
    this.#sent = this.clock.now();
    this.#unanswered += 1;
    this.pulse.send(JSON.stringify({ type: "ping", n: this.#unanswered }));
  }

  /** @param {unknown} frame */
  #hearPulse(frame) {
    this.#heard = this.clock.now();
    this.#unanswered = 0;
    if (this.#silent) {
      this.#silent = false;
      if (!this.#over) this.emit("heard", undefined);
    }
    const message = readMessage(frame);
    if (message?.type === "levels" && !this.#over) this.emit("levels", message.levels ?? {});
  }

  /** @param {unknown} frame */
  #hearRoom(frame) {
    const message = readMessage(frame);
    if (message && !this.#over) this.emit("message", message);
  }

  /** @param {string} reason */
  #lose(reason) {
    if (this.#over) return;
    this.close();
    this.emit("lost", reason);
  }
}
