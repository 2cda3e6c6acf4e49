/**
 * What there is of a recording and when: pieces that can be fetched, and what lies between them. Times are milliseconds of
 * the timeline. Pure.
 *
 * @typedef {object} Piece a sealed segment
 * @property {number} part
 * @property {number} number
 * @property {number} start
 * @property {number} end
 * @property {number} bytes
 * @property {string} name of its object
 * @property {string} key of its track and part, base64
 *
 * @typedef {{start: number, end: number}} Span
 * @typedef {Span & {reason: string}} Gap
 *
 * @typedef {object} Line one source of one person
 * @property {string} id
 * @property {string} participant
 * @property {string} source
 * @property {string} name
 * @property {Piece[]} pieces in order
 * @property {Gap[]} gaps in order; from zero to the end of the recording
 */

/** Shorter gaps are none for who listens. */
export const SHORTEST_GAP = 1_000;

/** Bytes a second of sealed sound when nobody speaks (silence is not sent; what wraps it stays), and of plain speech. */
const SILENT = 900;
const SPOKEN = 3_600;

/**
 * @param {number} value
 * @param {number} digits
 */
const padded = (value, digits) => String(value).padStart(digits, "0");

/**
 * @param {import("./wire/viewing.js").TrackRow} track
 * @param {number} length of the recording
 * @returns {Line}
 */
export function lineOf(track, length) {
  const pieces = track.parts.flatMap((part) =>
    part.segments.map(([number, start, duration, bytes]) => ({
      part: part.number,
      number,
      start,
      end: start + duration,
      bytes,
      name: `${padded(part.number, 4)}-${padded(number, 6)}-${start}-${duration}`,
      key: part.key,
    })),
  );
  pieces.sort((one, other) => one.start - other.start);
  const { id, participant, source, name } = track;
  return { id, participant, source, name, pieces, gaps: gapsOf(track, pieces, length) };
}

/**
 * @param {import("./wire/viewing.js").TrackRow} track
 * @param {Piece[]} pieces
 * @param {number} length
 * @returns {Gap[]}
 */
function gapsOf(track, pieces, length) {
  const said = track.parts.flatMap((part) => part.gaps);
  /** @type {Gap[]} */
  const gaps = [];
  for (const [index, end] of [0, ...pieces.map((piece) => piece.end)].entries()) {
    const next = pieces[index]?.start ?? length;
    if (next - end < SHORTEST_GAP) continue;
    const known = said.find(([start, duration]) => start < next && start + duration > end);
    const moved = index > 0 && index < pieces.length && pieces[index - 1].part !== pieces[index].part;
    const edge = index === 0 ? "before" : index === pieces.length ? "left" : moved ? "moved" : "loss";
    gaps.push({ start: end, end: next, reason: known?.[2] ?? edge });
  }
  return gaps;
}

/**
 * @param {Piece[]} pieces
 * @param {number} at
 * @returns {number} index of the piece that covers `at`; -1 where there is none
 */
export function pieceAt(pieces, at) {
  const index = after(pieces, at) - 1;
  return index >= 0 && pieces[index].end > at ? index : -1;
}

/**
 * @param {Piece[]} pieces
 * @param {number} at
 * @returns {number} index of the first piece that begins later than `at`
 */
export function after(pieces, at) {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle].start > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * @param {Line} line
 * @param {number} at
 * @returns {Gap | null} the gap one is in
 */
export function gapAt(line, at) {
  return line.gaps.find((gap) => gap.start <= at && at < gap.end) ?? null;
}

/**
 * Stretches of which nothing at all was recorded: the clock jumps them.
 *
 * @param {Line[]} lines
 * @param {number} length
 * @returns {Span[]}
 */
export function holes(lines, length) {
  const spans = lines.flatMap((line) => line.pieces).sort((one, other) => one.start - other.start);
  /** @type {Span[]} */
  const found = [];
  let reached = 0;
  for (const span of spans) {
    if (span.start - reached >= SHORTEST_GAP) found.push({ start: reached, end: span.start });
    reached = Math.max(reached, span.end);
  }
  if (length - reached >= SHORTEST_GAP) found.push({ start: reached, end: length });
  return found;
}

/**
 * How much somebody speaks in a piece of sound, 0 to 1, from its size: silence is not sent, so nothing needs to be stored
 * or decoded to know.
 *
 * @param {Piece} piece
 */
export function speech(piece) {
  const rate = (piece.bytes * 1000) / Math.max(piece.end - piece.start, 1);
  return Math.min(Math.max((rate - SILENT) / (SPOKEN - SILENT), 0), 1);
}

/**
 * @param {number} milliseconds
 * @returns {string} as in "1:02:03"
 */
export function clockTime(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = padded(seconds % 60, 2);
  return hours ? `${hours}:${padded(minutes, 2)}:${tail}` : `${minutes}:${tail}`;
}
