import assert from "node:assert/strict";
import { test } from "node:test";
import { Roster } from "../../../web/room/call/roster.js";
import { hello, participant } from "./fakes.js";

function roster() {
  const made = new Roster();
  /** @type {string[]} */
  const told = [];
  made.on("joined", ({ id }) => told.push(`+${id}`));
  made.on("left", ({ id }) => told.push(`-${id}`));
  return { roster: made, told };
}

test("who was there before us is not announced", () => {
  const { roster: made, told } = roster();
  made.greet(hello("me", "a"));
  assert.deepEqual(told, []);
  assert.deepEqual([...made.people.keys()], ["me", "a"]);
});

test("comings and goings are announced once, changes are not", () => {
  const { roster: made, told } = roster();
  made.greet(hello("me"));
  made.welcome(participant("a", "A"));
  made.welcome(participant("a", "A"));
  made.dismiss("a");
  made.dismiss("a");
  assert.deepEqual(told, ["+a", "-a"]);
});

test("after a rejoin the others keep their tiles until they had time to come back", () => {
  const { roster: made, told } = roster();
  made.greet(hello("me", "a", "b"));
  made.greet(hello("me"));
  made.welcome(participant("a", "A"));
  assert.deepEqual([...made.people.keys()], ["me", "a", "b"]);
  assert.deepEqual(told, []);
  made.settle();
  assert.deepEqual([...made.people.keys()], ["me", "a"]);
  assert.deepEqual(told, ["-b"]);
});

test("who came while we were away is announced", () => {
  const { roster: made, told } = roster();
  made.greet(hello("me", "a"));
  made.greet(hello("me", "a", "b"));
  assert.deepEqual(told, ["+b"]);
});

test("a seat message changes only the seats it names", () => {
  const { roster: made } = roster();
  made.greet({
    ...hello("me", "a", "b"),
    seats: [
      { seat: 0, participant: "a", source: "camera" },
      { seat: 1, participant: "b", source: "camera" },
    ],
  });
  made.seat([{ seat: 1, participant: "a", source: "screen" }], []);
  assert.equal(made.seatOf("a", "camera"), 0);
  assert.equal(made.seatOf("a", "screen"), 1);
  assert.equal(made.seatOf("b", "camera"), -1);
});
