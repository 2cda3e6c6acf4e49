/** Who spoke when: a lane per person under the timeline. */

import { make, say } from "../../room/screen/page.js";
import { speech } from "../timeline.js";

const SVG = "http://www.w3.org/2000/svg";
const TALL = 12;

/** Part of full speech below which a piece counts as silence. */
const QUIET = 0.12;

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
    for (const piece of line.pieces) {
      const loud = line.source === "microphone" ? speech(piece) : 0;
      if (line.source === "microphone" && loud > QUIET) bar(svg, piece, "spoken", TALL * (0.35 + 0.65 * loud));
      else bar(svg, piece, line.source === "screen" ? "screen" : "there", line.source === "screen" ? 3 : 2);
    }
  }
  return svg;
}

/**
 * @param {SVGElement} svg
 * @param {import("../timeline.js").Piece} piece
 * @param {string} kind
 * @param {number} tall
 */
function bar(svg, piece, kind, tall) {
  const made = document.createElementNS(SVG, "rect");
  const places = { class: kind, x: piece.start, width: piece.end - piece.start, height: tall };
  const top = kind === "spoken" ? (TALL - tall) / 2 : kind === "screen" ? TALL - tall : (TALL - tall) / 2;
  for (const [name, value] of Object.entries({ ...places, y: top })) made.setAttribute(name, String(value));
  svg.append(made);
}
