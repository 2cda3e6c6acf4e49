/** Who is seen: a tile per person, as in the meeting, and what they share, large, beside. */

import { initials, make } from "../../room/screen/page.js";
import { clockTime, gapAt } from "../timeline.js";
import { say } from "./words.js";

/**
 * @typedef {import("../timeline.js").Line} Line
 * @typedef {object} Face
 * @property {HTMLElement} tile
 * @property {HTMLElement} note
 * @property {Line[]} lines of this person, screens apart
 */

export class Faces {
  /** @type {Map<string, Face>} by participant */
  #faces = new Map();
  /** @type {{line: Line, tile: HTMLElement}[]} */
  #screens = [];

  /**
   * @param {import("../player.js").Player} player
   * @param {import("./sound.js").Sound} sound
   * @param {{stage: HTMLElement, faces: HTMLElement, shared: HTMLElement}} places
   */
  constructor(player, sound, places) {
    this.player = player;
    this.sound = sound;
    this.places = places;
    for (const line of player.lines) this.#add(line);
  }

  /** @param {Line} line */
  #add(line) {
    if (line.source === "screen") {
      const video = picture();
      const name = make("span", { class: "name" }, say("screen_of", { name: line.name }));
      const tile = make("li", { class: "face shared", "data-track": line.id, hidden: "" }, video, name);
      this.places.shared.append(tile);
      this.#screens.push({ line, tile });
      this.player.load(line, video);
      return;
    }
    const face = this.#face(line);
    face.lines.push(line);
    if (line.source === "camera") {
      const video = picture();
      face.tile.prepend(video);
      this.player.load(line, video);
      return;
    }
    const audio = make("audio", { preload: "auto", "data-track": line.id });
    face.tile.append(audio);
    this.sound.add(audio, line.source === "microphone" ? line.participant : "");
    this.player.load(line, audio);
  }

  /** @param {Line} line @returns {Face} */
  #face(line) {
    const known = this.#faces.get(line.participant);
    if (known) return known;
    const note = make("span", { class: "away" });
    const avatar = make("span", { class: "avatar", "aria-hidden": "true" }, initials(line.name));
    const label = make("span", { class: "name" }, make("strong", {}, line.name), note);
    const tile = make("li", { class: "face", "data-participant": line.participant }, avatar, label);
    this.places.faces.append(tile);
    const face = { tile, note, lines: [] };
    this.#faces.set(line.participant, face);
    return face;
  }

  /** @param {number} at shows how things stand there */
  show(at) {
    const speaker = this.player.clock.runs ? this.sound.speaker() : "";
    for (const [who, { tile, note, lines }] of this.#faces) {
      tile.classList.toggle("speaking", who === speaker);
      const camera = lines.find((line) => line.source === "camera");
      tile.classList.toggle("pictured", camera !== undefined && this.#state(camera, at) === "plays");
      const said = [...new Set(lines.map((line) => this.#away(line, at)).filter(Boolean))].join(" · ");
      if (note.textContent !== said) note.textContent = said;
    }
    let shares = false;
    for (const { line, tile } of this.#screens) {
      tile.hidden = this.#state(line, at) !== "plays";
      shares ||= !tile.hidden;
    }
    this.places.stage.classList.toggle("shares", shares);
    this.places.shared.hidden = !shares;
  }

  /** @param {Line} line @param {number} at */
  #state(line, at) {
    return this.player.deck(line.id)?.state(at) ?? "gap";
  }

  /**
   * What is missing of somebody, in words: "micro coupé de 0:12 à 0:20".
   *
   * @param {Line} line
   * @param {number} at
   */
  #away(line, at) {
    if (line.source === "screen_sound") return "";
    if (this.player.deck(line.id)?.unplayable) return say(`unplayable_${line.source}`);
    if (this.player.deck(line.id)?.broken(at)) return say(`gap_${line.source}_unreadable`);
    const gap = gapAt(line, at);
    if (!gap || (line.source === "camera" && (gap.reason === "before" || gap.reason === "left"))) return "";
    const key = gap.reason === "muted" ? `gap_${line.source}` : `gap_${gap.reason}`;
    return say(key, { from: clockTime(gap.start), to: clockTime(gap.end) });
  }
}

/** A picture without sound: it has none, and so may always play. */
function picture() {
  const video = make("video", { playsinline: "", preload: "auto" });
  video.muted = true;
  return video;
}
