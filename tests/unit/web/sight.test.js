import assert from "node:assert/strict";
import { test } from "node:test";
import { Roster } from "../../../web/room/call/roster.js";
import { Sight } from "../../../web/room/call/sight.js";
import { HandClock, hello } from "./fakes.js";

function sight() {
  const clock = new HandClock();
  const roster = new Roster();
  roster.greet({
    ...hello("me", "a", "b"),
    seats: [
      { seat: 0, participant: "b", source: "screen" },
      { seat: 1, participant: "a", source: "camera" },
    ],
  });
  /** @type {object[][]} */
  const told = [];
  /** @type {string[][]} */
  const people = [];
  const tell = (/** @type {object[]} */ seats, /** @type {string[]} */ looked) => {
    told.push(seats);
    people.push(looked);
  };
  return { clock, told, people, made: new Sight(clock, roster, tell) };
}

/** @type {import("../../../web/room/call/sight.js").Place} */
const tile = { participant: "a", source: "camera", width: 320, height: 180 };

test("a picture on the page is told by its seat and size", async () => {
  const { clock, told, made } = sight();
  made.look([tile, { ...tile, participant: "b", source: "screen", width: 1280, height: 720 }]);
  await clock.pass(200);
  assert.deepEqual(told, [
    [
      { seat: 1, width: 320, height: 180 },
      { seat: 0, width: 1280, height: 720 },
    ],
  ]);
});

test("of many layouts in a moment the last one is told", async () => {
  const { clock, told, made } = sight();
  for (let width = 300; width < 330; width += 1) made.look([{ ...tile, width }]);
  await clock.pass(200);
  assert.deepEqual(told, [[{ seat: 1, width: 329, height: 180 }]]);
});

test("what is told already is not told again, but to a new connection", async () => {
  const { clock, told, made } = sight();
  made.look([tile]);
  await clock.pass(200);
  made.look([tile]);
  await clock.pass(200);
  assert.equal(told.length, 1);
  made.restart();
  await clock.pass(200);
  assert.equal(told.length, 2);
});

test("whoever the page has a place for is told, seated or not, so that the worker can seat them", async () => {
  const { clock, told, people, made } = sight();
  made.look([tile, { ...tile, participant: "c" }, { ...tile, participant: "b", source: "screen" }]);
  await clock.pass(200);
  assert.deepEqual(people, [["a", "c"]]);
  assert.equal(told[0].length, 2);
});

test("faces without a seat and boxes without a size are not shown", async () => {
  const { clock, told, made } = sight();
  made.look([tile]);
  await clock.pass(200);
  made.look([{ ...tile, participant: "me" }, { ...tile, height: 0 }]);
  await clock.pass(200);
  assert.deepEqual(told[1], []);
});

test("nothing is told after the end", async () => {
  const { clock, told, made } = sight();
  made.look([tile]);
  made.close();
  await clock.pass(200);
  assert.deepEqual(told, []);
});
