/** What one hears: the others, and a discreet bell for hosts. */

import { element, make, play } from "./page.js";

/** Hz: a rising fifth, far from the tones of telephones. */
const BELL = [587.33, 880];

export class Sound {
  #players = element("sound", HTMLElement);
  /** @type {AudioContext | null} */
  #context = null;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {() => void} onHeld the browser wants a click before it lets anything be heard
   */
  constructor(call, onHeld) {
    this.call = call;
    this.onHeld = onHeld;
    call.on("streams", () => void this.#play());
    call.on("state", (state) => state === "over" && this.#players.replaceChildren());
    call.devices.on("listed", () => this.#route());
  }

  /** Called on a click, so that the browser lets the bell ring later. */
  unlock() {
    this.#context ??= new AudioContext();
    void this.#context.resume();
    for (const player of this.#all()) player.play().catch(() => {});
  }

  /** Rings. */
  bell() {
    const context = this.#context;
    if (!context) return;
    BELL.forEach((frequency, index) => {
      const at = context.currentTime + index * 0.16;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.14, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
      const tone = new OscillatorNode(context, { frequency, type: "sine" });
      tone.connect(gain).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.75);
    });
  }

  async #play() {
    const { streams } = this.call;
    if (!streams) return;
    const wanted = [...streams.seats.map((seat) => seat.audio), ...streams.voices];
    const players = wanted.map((stream) => ({ stream, player: make("audio", { autoplay: "" }) }));
    this.#players.replaceChildren(...players.map(({ player }) => player));
    this.#route();
    const results = await Promise.allSettled(players.map(({ stream, player }) => play(player, stream)));
    const held = results.some((one) => one.status === "rejected" && one.reason?.name === "NotAllowedError");
    if (held) this.onHeld();
  }

  #route() {
    const { speaker } = this.call.devices;
    for (const player of this.#all()) {
      // A loudspeaker that is gone: the sound stays where it was.
      if ("setSinkId" in player && player.sinkId !== speaker) player.setSinkId(speaker).catch(() => {});
    }
  }

  #all() {
    return this.#players.querySelectorAll("audio");
  }
}
