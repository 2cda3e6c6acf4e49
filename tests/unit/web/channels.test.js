import assert from "node:assert/strict";
import { test } from "node:test";
import { Channels } from "../../../web/room/wire/channels.js";
import { HandClock } from "./fakes.js";

class FakeChannel {
  readyState = "connecting";
  /** @type {any[]} */
  sent = [];
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;

  /** @param {string} frame */
  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  open() {
    this.readyState = "open";
    this.onopen?.();
  }
}

function opened() {
  const clock = new HandClock();
  /** @type {Record<string, FakeChannel>} */
  const made = {};
  const peer = { createDataChannel: (/** @type {string} */ label) => (made[label] = new FakeChannel()) };
  const channels = new Channels(/** @type {any} */ (peer), clock);
  /** @type {string[]} */
  const lost = [];
  channels.on("lost", (reason) => lost.push(reason));
  channels.on("silent", () => lost.push("silent"));
  channels.on("heard", () => lost.push("heard"));
  made.room.open();
  made.pulse.open();
  return { clock, channels, room: made.room, pulse: made.pulse, lost };
}

test("a ping goes out half a second after the answer to the last one", async () => {
  const { clock, pulse } = opened();
  for (let step = 0; step < 4; step += 1) {
    await clock.pass(500);
    pulse.onmessage({ data: '{"type":"pong","n":1}' });
  }
  assert.equal(pulse.sent.length, 5);
  assert.ok(pulse.sent.every((message) => message.type === "ping"));
});

test("who hears of levels doesn't ping, but does as soon as they stay away", async () => {
  const { clock, pulse, lost } = opened();
  for (let step = 0; step < 20; step += 1) {
    await clock.pass(200);
    pulse.onmessage({ data: '{"type":"levels","levels":{"a":30}}' });
  }
  assert.equal(pulse.sent.length, 1, "when the channel opened");
  await clock.pass(1250);
  assert.equal(pulse.sent.length, 3);
  assert.deepEqual(lost, []);
  await clock.pass(500);
  assert.deepEqual(lost, ["silent"]);
});

test("a worker that is silent for a second and a half is said to be, once, and pinged on", async () => {
  const { clock, lost, pulse } = opened();
  await clock.pass(1400);
  assert.deepEqual(lost, []);
  await clock.pass(200);
  assert.deepEqual(lost, ["silent"]);
  await clock.pass(5000);
  assert.deepEqual(lost, ["silent"]);
  assert.equal(pulse.sent.length, 14);
});

test("after a silence a sign of life is told, and a new silence as well", async () => {
  const { clock, pulse, lost } = opened();
  await clock.pass(4000);
  pulse.onmessage({ data: '{"type":"pong","n":1}' });
  assert.deepEqual(lost, ["silent", "heard"]);
  await clock.pass(2000);
  assert.deepEqual(lost, ["silent", "heard", "silent"]);
});

test("anything on the pulse channel is a sign of life", async () => {
  const { clock, pulse, lost } = opened();
  for (let step = 0; step < 6; step += 1) {
    await clock.pass(1000);
    pulse.onmessage({ data: '{"type":"levels","levels":{}}' });
  }
  assert.deepEqual(lost, []);
});

test("a page whose timers slept does not take its own sleep for silence", async () => {
  const { clock, pulse, lost } = opened();
  pulse.onmessage({ data: '{"type":"pong","n":1}' });
  const { now } = clock;
  clock.now = () => now() + 60_000;
  await clock.pass(260);
  pulse.onmessage({ data: '{"type":"pong","n":2}' });
  await clock.pass(1000);
  assert.deepEqual(lost, []);
});

test("a closed channel is a loss, but not after we closed ourselves", async () => {
  const one = opened();
  one.room.onclose();
  assert.deepEqual(one.lost, ["closed"]);
  const other = opened();
  other.channels.close();
  other.room.onclose();
  assert.deepEqual(other.lost, []);
});

test("frames that are no messages are dropped", () => {
  const { channels, room } = opened();
  /** @type {string[]} */
  const heard = [];
  channels.on("message", (message) => heard.push(message.type));
  for (const data of ["", "{", "null", "[]", '"text"', '{"type":7}', new ArrayBuffer(3), '{"type":"left"}']) {
    room.onmessage({ data });
  }
  assert.deepEqual(heard, ["left"]);
});

test("nothing is said on a channel that is not open", () => {
  const { channels, room } = opened();
  room.readyState = "closing";
  channels.say({ type: "bye" });
  assert.deepEqual(room.sent, []);
});
