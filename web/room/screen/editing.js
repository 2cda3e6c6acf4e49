/** What changed in a text that was edited elsewhere, and where a cursor is after that. Pure. */

import { whole } from "../call/notes.js";

/**
 * The one change that makes `after` of `before`.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{at: number, deleted: number, inserted: string} | null} in UTF-16 units; null when nothing changed
 */
export function difference(before, after) {
  if (before === after) return null;
  const least = Math.min(before.length, after.length);
  let at = 0;
  while (at < least && before[at] === after[at]) at += 1;
  at = Math.min(whole(before, at), whole(after, at));
  let end = 0;
  while (end < least - at && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  // A letter of two units is the same as a whole or not at all.
  if (/[\uDC00-\uDFFF]/.test(before[before.length - end] ?? "")) end -= 1;
  return { at, deleted: before.length - end - at, inserted: after.slice(at, after.length - end) };
}

/**
 * Where a place in the text is after somebody else's change.
 *
 * @param {number} place
 * @param {import("../call/notes.js").Delta} delta
 */
export function moved(place, delta) {
  let at = 0;
  let now = place;
  for (const { retain, insert, delete: gone } of delta) {
    if (retain) at += retain;
    if (insert && at < now) now += insert.length;
    if (insert) at += insert.length;
    if (gone && at < now) now -= Math.min(gone, now - at);
  }
  return now;
}
