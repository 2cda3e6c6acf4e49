/** Play, time, speed, volume; by mouse and by keyboard. */

import { changeIcon, element } from "../../room/screen/page.js";
import { clockTime } from "../timeline.js";
import { say } from "./words.js";

/** Milliseconds of one press of an arrow. */
const STEP = 5_000;
const LOUDER = 0.1;
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

export class Controls {
  #toggle = element("toggle", HTMLButtonElement);
  #seek = element("seek", HTMLInputElement);
  #time = element("time", HTMLElement);
  #speed = element("speed", HTMLSelectElement);
  #volume = element("volume", HTMLInputElement);
  #mute = element("mute", HTMLButtonElement);
  /** @type {number | null} where the hand holds the timeline */
  #held = null;

  /**
   * @param {import("../player.js").Player} player
   * @param {import("./sound.js").Sound} sound
   */
  constructor(player, sound) {
    this.player = player;
    this.sound = sound;
    this.#seek.max = String(player.viewing.length);
    this.#toggle.addEventListener("click", () => this.#play());
    this.#seek.addEventListener("input", () => {
      this.#held = this.#seek.valueAsNumber;
      this.show(this.#held);
    });
    this.#seek.addEventListener("change", () => {
      this.#held = null;
      player.seek(this.#seek.valueAsNumber);
    });
    this.#speed.addEventListener("change", () => player.setRate(Number(this.#speed.value)));
    this.#volume.addEventListener("input", () => this.#loud(this.#volume.valueAsNumber));
    this.#mute.addEventListener("click", () => this.#silence());
    document.addEventListener("keydown", (event) => this.#pressed(event));
    this.state(player.state);
    this.show(0);
  }

  /** @param {number} at */
  show(at) {
    const shown = this.#held ?? at;
    const length = this.player.viewing.length;
    this.#seek.value = String(shown);
    const words = `${clockTime(shown)} / ${clockTime(length)}`;
    if (this.#time.textContent === words) return;
    this.#time.textContent = words;
    this.#seek.setAttribute("aria-valuetext", say("position", { at: clockTime(shown), of: clockTime(length) }));
  }

  /** @param {import("../player.js").PlayerState} state */
  state(state) {
    const runs = state === "plays" || state === "waits";
    changeIcon(this.#toggle, runs ? "pause" : "play");
    this.#toggle.setAttribute("aria-label", say(runs ? "pause" : "play"));
    this.#toggle.disabled = state === "over";
  }

  #play() {
    this.sound.wake();
    this.player.toggle();
  }

  /** @param {number} volume */
  #loud(volume) {
    this.sound.setVolume(Math.min(Math.max(volume, 0), 1));
    this.#showVolume();
  }

  #silence() {
    this.sound.mute();
    this.#showVolume();
  }

  #showVolume() {
    const volume = this.sound.volume;
    this.#volume.value = String(volume);
    changeIcon(this.#mute, volume ? "volume" : "volume-off");
    this.#mute.setAttribute("aria-label", say(volume ? "mute" : "unmute"));
  }

  /** @param {number} by one step up or down */
  #faster(by) {
    const index = SPEEDS.indexOf(Number(this.#speed.value)) + by;
    if (!(index in SPEEDS)) return;
    this.#speed.value = String(SPEEDS[index]);
    this.player.setRate(SPEEDS[index]);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const focus = event.target instanceof Element ? event.target : document.body;
    const own = focus.closest("input:not(#seek), select, textarea, summary, a");
    const action = this.#keys()[event.key];
    if (!action || own || (event.key === " " && focus.closest("button"))) return;
    event.preventDefault();
    action();
  }

  /** @returns {Record<string, () => void>} */
  #keys() {
    const { player, sound } = this;
    return {
      " ": () => this.#play(),
      k: () => this.#play(),
      ArrowLeft: () => player.seek(player.position - STEP),
      ArrowRight: () => player.seek(player.position + STEP),
      ArrowUp: () => this.#loud(sound.volume + LOUDER),
      ArrowDown: () => this.#loud(sound.volume - LOUDER),
      Home: () => player.seek(0),
      End: () => player.seek(player.viewing.length),
      m: () => this.#silence(),
      "<": () => this.#faster(-1),
      ">": () => this.#faster(1),
    };
  }
}
