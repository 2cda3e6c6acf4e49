/** The check before a meeting, as a page: four things, each with its state and a sentence, and what they come to. */

import { Meter } from "../call/meter.js";
import { outcome } from "../call/verdict.js";
import { wireChoosers } from "./choosers.js";
import { element, play, say } from "./page.js";
import { explainPermission } from "./permission.js";
import { TestTone } from "./test_tone.js";

/** How loud a voice is on the meter, from 0 to 1, and for how many pictures of it: a knock on the table is no voice. */
const VOICE = 0.35;
const PICTURES = 12;

/** Milliseconds of silence after which we say that we hear nothing. */
const SILENCE = 8000;

/** @typedef {"network" | "microphone" | "speaker" | "camera"} Thing */
/** @typedef {import("../call/verdict.js").State} State */

/** @type {Record<import("../call/network.js").Passage, State>} */
const PASSAGES = { direct: "good", relayed: "reserve", blocked: "bad", untried: "reserve" };

export class CheckPage {
  #start = element("check-start", HTMLButtonElement);
  #again = element("check-again", HTMLButtonElement);
  #title = element("check-title", HTMLElement);
  #lead = element("check-lead", HTMLElement);
  #level = element("check-level", HTMLMeterElement);
  #mirror = element("check-mirror", HTMLVideoElement);
  #meter = new Meter((level) => this.#listen(level));
  #tone = new TestTone();
  /** @type {Record<Thing, State>} */
  #states = { network: "pending", microphone: "pending", speaker: "pending", camera: "pending" };
  #loud = 0;
  /** @type {() => void} */
  #hush = () => {};

  /**
   * @param {import("../call/devices.js").Devices} devices
   * @param {import("../clock.js").Clock} clock
   * @param {() => Promise<import("../call/network.js").Verdict>} tryNetwork
   */
  constructor(devices, clock, tryNetwork) {
    this.devices = devices;
    this.clock = clock;
    this.tryNetwork = tryNetwork;
    wireChoosers(devices, "check-");
    explainPermission(devices, element("check-permission-help", HTMLElement));
    devices.on("changed", (kind) => this.#show(kind));
    devices.on("listed", () => this.#tone.through(devices.speaker));
    for (const starter of [this.#start, this.#again]) starter.addEventListener("click", () => void this.#run());
    element("check-play", HTMLButtonElement).addEventListener("click", () => void this.#sound());
    element("check-yes", HTMLButtonElement).addEventListener("click", () => this.#heard(true));
    element("check-no", HTMLButtonElement).addEventListener("click", () => this.#heard(false));
  }

  async #run() {
    this.#start.hidden = true;
    this.#again.hidden = true;
    element("check-steps", HTMLElement).hidden = false;
    this.#title.textContent = say("checking");
    this.#lead.textContent = "";
    this.#set("network", "pending", "network_trying");
    this.#set("speaker", "pending", "speaker_ask");
    this.#ask(false);
    for (const kind of /** @type {const} */ (["microphone", "camera"])) this.#set(kind, "pending", `${kind}_asking`);
    const [verdict] = await Promise.all([this.tryNetwork(), this.devices.start()]);
    this.#set("network", PASSAGES[verdict.passage], `network_${verdict.passage}`);
    element("check-network", HTMLElement).dataset.passage = verdict.passage;
    element("check-network", HTMLElement).dataset.protocol = verdict.protocol ?? "";
    this.#again.hidden = false;
  }

  /** @param {import("../call/devices.js").Kind} kind */
  #show(kind) {
    const { track, fault } = this.devices[kind];
    element(`check-${kind}-more`, HTMLElement).hidden = track === null;
    if (kind === "microphone") return this.#hear(track, fault);
    play(this.#mirror, track ? new MediaStream([track]) : null).catch(() => {});
    if (track) return this.#set("camera", "good", "camera_seen");
    return fault ? this.#set("camera", "reserve", `camera_${fault}`) : undefined;
  }

  /**
   * @param {MediaStreamTrack | null} track
   * @param {import("../call/devices.js").Fault | null} fault
   */
  #hear(track, fault) {
    this.#hush();
    this.#loud = 0;
    this.#meter.listen(track);
    if (!track) return fault ? this.#set("microphone", "reserve", `microphone_${fault}`) : undefined;
    this.#set("microphone", "pending", "microphone_speak");
    this.#hush = this.clock.after(SILENCE, () => this.#set("microphone", "reserve", "microphone_silent"));
    return undefined;
  }

  /** @param {number} level */
  #listen(level) {
    this.#level.value = level;
    if (level < VOICE || this.#states.microphone === "good") return;
    this.#loud += 1;
    if (this.#loud < PICTURES) return;
    this.#hush();
    this.#set("microphone", "good", "microphone_heard");
  }

  async #sound() {
    this.#set("speaker", "pending", "speaker_playing");
    await this.#tone.play();
    this.#ask(true);
    element("check-yes", HTMLButtonElement).focus();
  }

  /** @param {boolean} heard */
  #heard(heard) {
    this.#ask(false);
    this.#set("speaker", heard ? "good" : "reserve", heard ? "speaker_yes" : "speaker_no");
    element("check-play", HTMLButtonElement).focus();
  }

  /** @param {boolean} asking */
  #ask(asking) {
    element("check-speaker-ask", HTMLElement).hidden = !asking;
    element("check-speaker-play", HTMLElement).hidden = asking;
  }

  /** When all that can find itself is found, the person is asked for the rest. */
  #tellRest() {
    const others = { ...this.#states, speaker: "good" };
    if (Object.values(others).includes("pending")) return;
    this.#title.textContent = say("listen_left");
  }

  /**
   * @param {Thing} thing
   * @param {State} state
   * @param {string} words
   */
  #set(thing, state, words) {
    this.#states[thing] = state;
    element(`check-${thing}`, HTMLElement).dataset.state = state;
    element(`check-${thing}-words`, HTMLElement).textContent = say(words);
    const found = outcome(this.#states);
    element("check", HTMLElement).dataset.outcome = found;
    if (found === "pending") return this.#tellRest();
    this.#title.textContent = say(found);
    this.#lead.textContent = say(`${found}_text`);
  }
}
