/** Who spoke when: a lane per person under the timeline. */

import { make } from "../../room/screen/page.js";
import { speech } from "../timeline.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const TALL = 12;

/** Part of full speech below which a piece counts as silence. */
const QUIET = 0.12;

/** Milliseconds between two pieces that nobody would see. */
const NEAR = 500;

/**
 * @param {HTMLElement} place
 * @param {import("../player.js").Player} player
 */
export function showLanes(place, player) {
  const people = new Map(player.lines.map((line) => [line.participant, line.name]));
  for (const [who, name] of people) {
    const lines = player.lines.filter((line) => line.participant === who);
    const spoken = lines.filter((line) => line.source === "microphone").flatMap((line) => line.pieces);
    const seconds = spoken.reduce((sum, piece) => sum + (speech(piece) > QUIET ? piece.end - piece.start : 0), 0) / 1000;
    const label = say("spoke", { name, minutes: Math.max(1, Math.round(seconds / 60)) });
    const lane = drawn(lines, player.viewing.length);
    lane.setAttribute("role", "img");
    lane.setAttribute("aria-label", seconds ? label : say("silent", { name }));
    place.append(make("li", { class: "lane" }, make("span", { class: "lane-name" }, name), lane));
  }
}

/**
 * @param {import("../timeline.js").Line[]} lines of one person
 * @param {number} length
 */
function drawn(lines, length) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${length} ${TALL}`);
  svg.setAttribute("preserveAspectRatio", "none");
  for (const line of lines) {
    if (line.source === "screen_sound") continue;
    const look = line.source === "microphone" ? spoken : line.source === "screen" ? () => SHARED : () => THERE;
    for (const bar of bars(line.pieces, look)) svg.append(drawnBar(bar));
  }
  return svg;
}

/**
 * @typedef {{kind: string, top: number, tall: number}} Look
 * @typedef {Look & import("../timeline.js").Span} Bar
 */

/** @type {Look} */
const THERE = { kind: "there", top: TALL / 2 - 1, tall: 2 };
/** @type {Look} */
const SHARED = { kind: "screen", top: TALL - 3, tall: 3 };
/** @type {Look[]} by how much is said */
const SPOKEN = [0.45, 0.7, 1].map((part) => ({ kind: "spoken", top: (TALL * (1 - part)) / 2, tall: TALL * part }));

/** @param {import("../timeline.js").Piece} piece */
function spoken(piece) {
  const loud = speech(piece);
  return loud > QUIET ? SPOKEN[Math.min(Math.floor(loud * SPOKEN.length), SPOKEN.length - 1)] : THERE;
}

/**
 * Neighbours that look the same as one bar: a meeting of hours has thousands of pieces.
 *
 * @param {import("../timeline.js").Piece[]} pieces
 * @param {(piece: import("../timeline.js").Piece) => Look} look
 * @returns {Bar[]}
 */
function bars(pieces, look) {
  /** @type {Bar[]} */
  const found = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    const like = look(piece);
    const joins = last && last.kind === like.kind && last.tall === like.tall && piece.start - last.end < NEAR;
    if (joins) last.end = piece.end;
    else found.push({ ...like, start: piece.start, end: piece.end });
  }
  return found;
}

/** @param {Bar} bar */
function drawnBar({ kind, start, end, top, tall }) {
  const made = document.createElementNS(SVG, "rect");
  const places = { class: kind, x: start, width: end - start, y: top, height: tall };
  for (const [name, value] of Object.entries(places)) made.setAttribute(name, String(value));
  return made;
}
