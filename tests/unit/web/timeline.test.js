import assert from "node:assert/strict";
import { test } from "node:test";
import { after, clockTime, gapAt, holes, lineOf, pieceAt, speech } from "../../../web/recordings/timeline.js";

/** @typedef {import("../../../web/recordings/wire/viewing.js").PartRow} PartRow */

/**
 * @param {Partial<PartRow>[]} parts
 * @param {string} [source]
 * @returns {import("../../../web/recordings/wire/viewing.js").TrackRow}
 */
function track(parts, source = "microphone") {
  const whole = parts.map((part, index) => ({ number: index + 1, key: `k${index + 1}`, segments: [], gaps: [], ...part }));
  return { id: "t", participant: "p", source: /** @type {"microphone"} */ (source), name: "Zoé", parts: whole };
}

test("a piece is called as its object is, and has the key of its part", () => {
  const { pieces } = lineOf(track([{ segments: [[0, 0, 4000, 10]] }, { segments: [[12, 4100, 3900, 10]] }]), 8000);
  assert.deepEqual(
    pieces.map(({ name, key }) => [name, key]),
    [
      ["0001-000000-0-4000", "k1"],
      ["0002-000012-4100-3900", "k2"],
    ],
  );
});

test("a piece is found by any time in it, and none in a gap", () => {
  const { pieces } = lineOf(track([{ segments: [[0, 0, 4000, 1], [1, 9000, 4000, 1]] }]), 20_000);
  assert.deepEqual([0, 3999, 4000, 8999, 9000, 12_999, 13_000].map((at) => pieceAt(pieces, at)), [0, 0, -1, -1, 1, 1, -1]);
  assert.deepEqual([0, 4000, 9000, 13_000].map((at) => after(pieces, at)), [1, 1, 2, 2]);
});

test("gaps say why, by the manifest where it knows", () => {
  const line = lineOf(
    track([
      { segments: [[0, 2000, 4000, 1], [1, 9000, 4000, 1]], gaps: [[6000, 3000, "muted"]] },
      { segments: [[0, 15_000, 4000, 1], [1, 22_000, 4000, 1]] },
    ]),
    40_000,
  );
  assert.deepEqual(line.gaps, [
    { start: 0, end: 2000, reason: "before" },
    { start: 6000, end: 9000, reason: "muted" },
    { start: 13_000, end: 15_000, reason: "moved" },
    { start: 19_000, end: 22_000, reason: "loss" },
    { start: 26_000, end: 40_000, reason: "left" },
  ]);
  assert.equal(gapAt(line, 6000)?.reason, "muted");
  assert.equal(gapAt(line, 9000), null);
});

test("less than a second between two pieces is no gap", () => {
  const line = lineOf(track([{ segments: [[0, 0, 4000, 1], [1, 4900, 4000, 1]] }]), 8900);
  assert.deepEqual(line.gaps, []);
});

test("what nobody was recorded of is a hole, and what one of them was is none", () => {
  const one = lineOf(track([{ segments: [[0, 2000, 4000, 1], [1, 20_000, 4000, 1]] }]), 30_000);
  const other = lineOf(track([{ segments: [[0, 5000, 8000, 1]] }], "camera"), 30_000);
  assert.deepEqual(holes([one, other], 30_000), [
    { start: 0, end: 2000 },
    { start: 13_000, end: 20_000 },
    { start: 24_000, end: 30_000 },
  ]);
});

test("silence that is not sent weighs nothing, speech does", () => {
  const piece = { part: 1, number: 0, start: 0, end: 4000, name: "", key: "", bytes: 0 };
  assert.equal(speech({ ...piece, bytes: 2800 }), 0);
  assert.equal(speech({ ...piece, bytes: 16_000 }), 1);
});

test("times read as on a clock", () => {
  assert.deepEqual([0, 59_999, 61_000, 3_723_000].map(clockTime), ["0:00", "0:59", "1:01", "1:02:03"]);
});
