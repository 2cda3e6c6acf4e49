import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOn } from "../../../web/room/call/backoff.js";
import { loudness } from "../../../web/room/call/meter.js";
import { Speakers } from "../../../web/room/call/speakers.js";
import { pack } from "../../../web/room/screen/packing.js";
import { ApiError } from "../../../web/room/wire/api.js";
import { ConnectionLost } from "../../../web/room/wire/join.js";
import { HandClock } from "./fakes.js";

const half = () => 0.5;

test("a lost path is tried again at once, then ever more slowly, never beyond eight seconds", () => {
  const waits = Array.from({ length: 12 }, (_, attempt) => verdictOn(new ConnectionLost(), attempt, () => 1));
  const after = waits.map((verdict) => (verdict.action === "retry" ? verdict.after : NaN));
  assert.deepEqual(after.slice(0, 6), [0, 500, 1000, 2000, 4000, 8000]);
  assert.equal(after.at(-1), 8000);
});

test("the functions' Retry-After is kept", () => {
  const verdict = verdictOn(new ApiError(503, "no_worker", "", 3), 0, half);
  assert.deepEqual(verdict, { action: "retry", after: 3000 });
});

test("an answer that will not change ends the tries", () => {
  /** @type {[number, string][]} */
  const finals = [
    [400, "broken"],
    [401, "unknown"],
    [404, "absent"],
    [409, "full"],
    [410, "ended"],
  ];
  for (const [status, reason] of finals) {
    assert.deepEqual(verdictOn(new ApiError(status, "x", ""), 0, half), { action: "stop", reason });
  }
  assert.deepEqual(verdictOn(new ApiError(403, "not_admitted", ""), 5, half), { action: "ask" });
  assert.deepEqual(verdictOn(new TypeError("sdp"), 0, half), { action: "stop", reason: "broken" });
});

test("nobody tries for ever", () => {
  assert.deepEqual(verdictOn(new ApiError(0, "unreachable", ""), 18, half), { action: "stop", reason: "lost" });
});

test("a speaker stays one through a breath, and a fan never becomes one", async () => {
  const clock = new HandClock();
  const speakers = new Speakers(clock);
  speakers.hear({ a: 30, fan: 57 });
  assert.deepEqual(speakers.speaking, new Set(["a"]));
  await clock.pass(600);
  speakers.hear({ a: 57, fan: 57 });
  await clock.pass(600);
  assert.deepEqual(speakers.speaking, new Set(["a"]));
});

test("the last ring goes out though no level comes any more", async () => {
  const clock = new HandClock();
  const speakers = new Speakers(clock);
  /** @type {number[]} */
  const rings = [];
  speakers.on("changed", (speaking) => rings.push(speaking.size));
  speakers.hear({ a: 30 });
  await clock.pass(2000);
  assert.equal(rings.at(-1), 0);
});

test("tiles never overflow the stage and are as large as any arrangement allows", () => {
  for (const [width, height] of [[1264, 700], [374, 752], [300, 2000], [2000, 200]]) {
    for (let count = 1; count <= 13; count += 1) {
      const tile = pack(count, width, height, 8);
      const rows = Math.ceil(count / tile.columns);
      assert.ok(tile.columns * tile.width + (tile.columns - 1) * 8 <= width);
      assert.ok(rows * tile.height + (rows - 1) * 8 <= height);
      assert.ok(tile.width >= tile.height - 1, "narrower than a square");
      assert.ok(tile.width <= (tile.height * 16) / 9 + 2, "wider than a cinema");
    }
  }
  assert.equal(pack(2, 1264, 600, 8).columns, 2);
  assert.equal(pack(2, 374, 752, 8).columns, 1);
});

test("silence is an empty meter, a loud voice a full one", () => {
  assert.equal(loudness(new Float32Array(64)), 0);
  assert.equal(loudness(new Float32Array(64).fill(0.5)), 1);
  const quiet = loudness(new Float32Array(64).fill(0.01));
  assert.ok(quiet > 0.2 && quiet < 0.6);
});
