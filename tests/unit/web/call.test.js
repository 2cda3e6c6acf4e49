import assert from "node:assert/strict";
import { test } from "node:test";
import { Call } from "../../../web/room/call/call.js";
import { Devices } from "../../../web/room/call/devices.js";
import { Share } from "../../../web/room/call/share.js";
import { ApiError } from "../../../web/room/wire/api.js";
import { ConnectionLost } from "../../../web/room/wire/join.js";
import { FakeConnection, FakeMedia, HandClock, hello, settled } from "./fakes.js";

/** @typedef {import("../../../web/room/wire/messages.js").Role} Role */

class FakeApi {
  /** @type {(string | Error)[]} what `me` answers in turn: a state or a fault; the last one stays */
  states = ["admitted"];
  /** @type {string[]} */
  calls = [];
  network = true;
  looks = 0;
  /** @type {object | null} */
  relays = null;
  epoch = 1;

  async me() {
    this.calls.push("me");
    const state = this.states.length > 1 ? this.states.shift() : this.states[0];
    if (state instanceof Error) throw state;
    return { participant: "me", name: "Me", role: "guest", state, message: "", epoch: this.epoch, relays: this.relays };
  }

  async reachable() {
    this.looks += 1;
    return this.network;
  }

  async chatAfter() {
    this.calls.push("chat");
    return { messages: [], more: false };
  }

  async waiting() {
    this.calls.push("waiting");
    const door = { locked: true, invited: false, company: false };
    return { waiting: [{ participant: "w", name: "W", since: 1 }], door };
  }

  /** @param {string} who @param {string} verdict */
  async act(who, verdict) {
    this.calls.push(`${verdict} ${who}`);
  }

  /** @type {Error | null} */
  away = null;

  /** @param {string[]} slots */
  async resume(slots) {
    this.calls.push(`resume ${slots}`);
    if (this.away) throw this.away;
  }

  async end() {
    this.calls.push("end");
  }
}

/**
 * @param {unknown[]} answers of the exchanges, in turn
 * @param {Role} [role]
 */
async function meeting(answers, role = "guest") {
  const clock = new HandClock();
  const api = new FakeApi();
  const media = new FakeMedia();
  /** @type {FakeConnection[]} */
  const connections = [];
  /** @type {number[]} */
  const seats = [];
  const connect = (/** @type {number} */ wanted, /** @type {RTCIceServer[]} */ relays) => {
    seats.push(wanted);
    const made = new FakeConnection(answers[Math.min(connections.length, answers.length - 1)], relays);
    connections.push(made);
    return made;
  };
  const devices = new Devices(/** @type {any} */ (media));
  const share = new Share(/** @type {any} */ (media));
  /** @type {any} */
  const parts = { api, connect, devices, share, clock, random: () => 1, newId: () => "id" };
  const call = new Call(parts, role);
  /** @type {string[]} */
  const states = [];
  call.on("state", (state) => states.at(-1) !== state && states.push(state));
  await devices.start();
  await call.ready();
  return { call, clock, api, media, connections, seats, states };
}

/** @param {Role} role */
function greeting(role) {
  const said = hello("me");
  said.participants[0].role = role;
  return said;
}

const notAdmitted = new ApiError(403, "not_admitted", "");

test("an admitted person is in after one exchange, and says what is sent", async () => {
  const { call, api, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  assert.equal(call.state, "live");
  assert.deepEqual(api.calls, ["chat"]);
  assert.deepEqual(connections[0].announced, [
    { microphone: true, camera: true, screen: false, screen_sound: false },
  ]);
});

test("what the room tells right behind its greeting is not forgotten over it", async () => {
  const { call, connections } = await meeting([hello("me")]);
  call.prepare();
  const [connection] = connections;
  const seat = { seat: 0, participant: "a", source: "camera" };
  connection.put = async () => void connection.emit("message", { type: "seats", seats: [seat], voices: [] });
  await call.enter();
  assert.equal(call.roster.seatOf("a", "camera"), 0);
});

test("an offer made ahead is the one that is used, while it is fresh", async () => {
  const soon = await meeting([hello("me")]);
  soon.call.prepare();
  await soon.call.enter();
  assert.equal(soon.connections.length, 1);
  assert.ok(soon.connections[0].prepared);
  const late = await meeting([hello("me")]);
  late.call.prepare();
  await late.clock.pass(120_000);
  await late.call.enter();
  assert.ok(late.connections[0].closed && !late.connections[1].closed);
});

test("who must wait asks every two seconds and goes in when admitted", async () => {
  const { call, clock, api, states } = await meeting([notAdmitted, hello("me")]);
  api.states = ["waiting", "waiting", "admitted"];
  void call.enter();
  await clock.pass(1900);
  assert.equal(call.state, "waiting");
  assert.equal(api.calls.length, 1);
  await clock.pass(2200);
  assert.deepEqual(states, ["joining", "waiting", "joining", "live"]);
});

test("who is refused is out, and asks no more", async () => {
  const { call, clock, api } = await meeting([notAdmitted]);
  api.states = ["waiting", "refused"];
  void call.enter();
  await clock.pass(2100);
  assert.deepEqual([call.state, call.reason], ["over", "refused"]);
  const asked = api.calls.length;
  await clock.pass(10_000);
  assert.equal(api.calls.length, asked);
});

test("a network that fails while waiting is waited out", async () => {
  const { call, clock, api } = await meeting([notAdmitted, hello("me")]);
  api.states = ["waiting", new ApiError(0, "unreachable", ""), "admitted"];
  void call.enter();
  await clock.pass(4100);
  assert.equal(call.state, "live");
});

test("a lost path is taken again with the same mute state", async () => {
  const { call, clock, connections, states } = await meeting([hello("me", "a")]);
  await call.enter();
  await call.devices.turn("microphone", false);
  connections[0].emit("silent", undefined);
  await clock.pass(10);
  assert.deepEqual(states, ["joining", "live", "rejoining", "live"]);
  assert.equal(connections.length, 2);
  assert.ok(connections[0].closed);
  assert.deepEqual(connections[1].announced[0], {
    microphone: false,
    camera: true,
    screen: false,
    screen_sound: false,
  });
});

test("a worker that lost touch is left when the room lives elsewhere, and only then", async () => {
  const { call, clock, api, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  connections[0].emit("message", { type: "unsure" });
  await clock.pass(2100);
  assert.deepEqual([call.state, connections.length], ["live", 1], "the same epoch: nothing has moved");
  api.epoch = 2;
  connections[0].emit("message", { type: "unsure" });
  await clock.pass(2100);
  assert.deepEqual([call.state, connections.length], ["live", 2]);
});

test("a removal that a cut-off worker could not hear of holds all the same", async () => {
  const { call, clock, api, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  api.states = ["removed"];
  connections[0].emit("message", { type: "unsure" });
  await clock.pass(2100);
  assert.deepEqual([call.state, call.reason], ["over", "removed"]);
});

test("functions that do not answer end nobody's call", async () => {
  const { call, clock, api, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  api.states = [/** @type {any} */ (new ApiError(0, "unreachable", ""))];
  connections[0].emit("message", { type: "unsure" });
  await clock.pass(2100);
  assert.deepEqual([call.state, connections.length], ["live", 1]);
});

test("a way back that fails is tried again until it holds", async () => {
  const gone = new ApiError(503, "no_worker", "", 1);
  const { call, clock, connections } = await meeting([hello("me"), gone, gone, hello("me")]);
  await call.enter();
  connections[0].emit("silent", undefined);
  await clock.pass(900);
  assert.equal(call.state, "rejoining");
  await clock.pass(1200);
  assert.equal(call.state, "live");
});

test("when the network is back the next try is made at once", async () => {
  const { call, clock, api, connections } = await meeting([hello("me"), hello("me")]);
  await call.enter();
  api.network = false;
  connections[0].emit("silent", undefined);
  await clock.pass(30_000);
  assert.deepEqual([call.state, connections.length], ["rejoining", 1]);
  api.network = true;
  call.hurry();
  await settled();
  assert.deepEqual([call.state, connections.length], ["live", 2]);
});

test("a network that is away is looked for every half second, and no exchange is stuck in it", async () => {
  const { call, clock, api, connections } = await meeting([hello("me"), hello("me")]);
  await call.enter();
  api.network = false;
  connections[0].emit("silent", undefined);
  await clock.pass(20_000);
  assert.ok(api.looks >= 40);
  api.network = true;
  await clock.pass(600);
  assert.equal(call.state, "live");
});

test("a network that stays away for minutes ends the call, and says why", async () => {
  const { call, clock, api, connections } = await meeting([hello("me")]);
  await call.enter();
  api.network = false;
  connections[0].emit("silent", undefined);
  await clock.pass(240_000);
  assert.deepEqual([call.state, call.reason, connections.length], ["over", "lost", 1]);
});

test("a path that speaks again before there is another one is kept", async () => {
  const { call, clock, api, connections, states } = await meeting([hello("me")]);
  await call.enter();
  api.network = false;
  connections[0].emit("silent", undefined);
  await clock.pass(3000);
  connections[0].emit("heard", undefined);
  api.network = true;
  await clock.pass(30_000);
  assert.deepEqual(states, ["joining", "live", "rejoining", "live"]);
  assert.ok(connections.length === 1 && !connections[0].closed);
});

test("the old path lives until the new one does, and its word that we replaced it is no news", async () => {
  const { call, connections } = await meeting([hello("me"), hello("me")]);
  await call.enter();
  connections[0].emit("silent", undefined);
  connections[0].emit("message", { type: "left", participant: "a" });
  assert.ok(!connections[0].closed);
  await settled();
  assert.ok(connections[0].closed && !connections[1].closed);
  connections[0].emit("message", { type: "replaced" });
  assert.equal(call.state, "live");
});

const RELAYS = { servers: [{ urls: ["turn:r"] }], lifetime: 3600 };

test("the direct way is tried first, the relays when none came up, and only then", async () => {
  const { call, api, clock, connections } = await meeting([new ConnectionLost("no path"), hello("me")]);
  api.relays = RELAYS;
  call.prepare();
  await settled();
  void call.enter();
  await clock.pass(100);
  assert.equal(call.state, "live");
  assert.deepEqual(connections.map((one) => one.relays), [[], RELAYS.servers]);
  assert.deepEqual(connections.map((one) => one.impatient), [true, false]);
});

test("who came in by a relay comes back by it at once, and by the direct way once that was found", async () => {
  const { call, api, clock, connections } = await meeting([new ConnectionLost("no path"), hello("me")]);
  api.relays = RELAYS;
  call.prepare();
  await settled();
  void call.enter();
  await clock.pass(100);
  /** @type {unknown[]} */
  const paths = [];
  call.on("path", (path) => paths.push(path));
  connections[1].emit("path", { relayed: true, protocol: "tcp" });
  connections[1].emit("message", { type: "rejoin" });
  await settled();
  assert.deepEqual(connections[2].relays, RELAYS.servers);
  connections[2].emit("path", { relayed: false, protocol: null });
  connections[2].emit("message", { type: "rejoin" });
  await settled();
  assert.deepEqual(connections[3].relays, []);
  assert.deepEqual(paths, [{ relayed: true, protocol: "tcp" }, { relayed: false, protocol: null }]);
});

test("credentials of relays are asked for anew before they end, and when they did not help", async () => {
  const lost = new ConnectionLost("no path");
  const { call, api, clock, connections } = await meeting([lost, lost, hello("me")]);
  api.relays = RELAYS;
  call.prepare();
  await settled();
  void call.enter();
  await clock.pass(1000);
  assert.equal(call.state, "live");
  assert.equal(api.calls.filter((one) => one === "me").length, 2);
  connections[2].emit("path", { relayed: true, protocol: "udp" });
  await clock.pass(3_600_000);
  connections[2].emit("message", { type: "rejoin" });
  await settled();
  assert.equal(api.calls.filter((one) => one === "me").length, 3);
});

test("the worker's word `rejoin` is followed at once", async () => {
  const { call, connections } = await meeting([hello("me")]);
  await call.enter();
  connections[0].emit("message", { type: "rejoin", reason: "moved" });
  await settled();
  assert.equal(connections.length, 2);
  assert.equal(call.state, "live");
});

for (const type of ["removed", "replaced", "ended"]) {
  test(`after \`${type}\` nothing is tried any more and the devices are let go`, async () => {
    const { call, clock, media, connections } = await meeting([hello("me")]);
    await call.enter();
    connections[0].emit("message", { type });
    connections[0].emit("lost", "closed");
    await clock.pass(60_000);
    assert.deepEqual([call.state, call.reason], ["over", type]);
    assert.equal(connections.length, 1);
    assert.ok(media.given.every((track) => track.stopped));
  });
}

test("a message of a later protocol is ignored", async () => {
  const { call, connections } = await meeting([hello("me")]);
  await call.enter();
  for (const type of ["hologram", "constructor", "__proto__"]) connections[0].emit("message", { type });
  assert.equal(call.state, "live");
});

test("leaving says goodbye; a removal needs none", async () => {
  const one = await meeting([hello("me")]);
  await one.call.enter();
  one.call.leave();
  assert.ok(one.connections[0].left);
  const other = await meeting([hello("me")]);
  await other.call.enter();
  other.connections[0].emit("message", { type: "removed" });
  assert.ok(!other.connections[0].left && other.connections[0].closed);
});

test("who gives up on the way in stays out", async () => {
  const { call, clock, connections } = await meeting([new ApiError(0, "unreachable", "")]);
  void call.enter();
  await clock.pass(1000);
  call.leave();
  const tried = connections.length;
  await clock.pass(60_000);
  assert.equal(connections.length, tried);
  assert.deepEqual([call.state, call.reason], ["over", "left"]);
});

test("a host is told who waits, once per person", async () => {
  const { call, clock, connections, api } = await meeting([greeting("host")], "host");
  /** @type {string[]} */
  const knocks = [];
  call.lobby.on("knock", ({ name }) => knocks.push(name));
  await call.enter();
  await settled();
  connections[0].emit("message", { type: "waiting", count: 1 });
  await clock.pass(25_000);
  assert.deepEqual(knocks, ["W"]);
  assert.ok(api.calls.filter((one) => one === "waiting").length >= 3);
});

test("a guest never asks who waits", async () => {
  const { call, clock, api } = await meeting([hello("me")]);
  await call.enter();
  await clock.pass(25_000);
  assert.ok(!api.calls.includes("waiting"));
});

test("switching a device puts the track on its slot and tells the room", async () => {
  const { call, connections } = await meeting([hello("me")]);
  await call.enter();
  await call.devices.turn("camera", false);
  await settled();
  assert.deepEqual(connections[0].puts.at(-1), ["camera", null]);
  assert.deepEqual(connections[0].announced.at(-1), { camera: false });
});

test("encodings nobody looks at are stopped where the worker says so", async () => {
  const { call, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  connections[0].emit("message", { type: "layers", slot: "camera", active: ["q"] });
  assert.deepEqual(connections[0].activated, [["camera", ["q"]]]);
});

test("another codec is sent where the worker says so", async () => {
  const { call, connections } = await meeting([hello("me", "a")]);
  await call.enter();
  connections[0].emit("message", { type: "codec", slot: "camera", codec: "vp8" });
  assert.deepEqual(connections[0].recoded, [["camera", "vp8"]]);
});

test("a picture held back is not shown standing still", async () => {
  const seats = [{ seat: 0, participant: "a", source: "camera" }];
  const { call, connections } = await meeting([{ ...hello("me", "a"), seats }]);
  await call.enter();
  const picture = {};
  call.streams = /** @type {any} */ ({ seats: [{ audio: {}, video: picture }], voices: [] });
  assert.equal(call.picture("a", "camera"), picture);
  connections[0].emit("message", { type: "paused", seats: [{ seat: 0, reason: "bandwidth" }] });
  assert.equal(call.picture("a", "camera"), null);
  connections[0].emit("message", { type: "paused", seats: [] });
  assert.equal(call.picture("a", "camera"), picture);
});

test("what is shown is told to each connection", async () => {
  const seats = [{ seat: 0, participant: "a", source: "camera" }];
  const { call, clock, connections } = await meeting([{ ...hello("me", "a"), seats }]);
  await call.enter();
  call.sight.look([{ participant: "a", source: "camera", width: 320, height: 180 }]);
  await clock.pass(1000);
  connections[0].emit("silent", undefined);
  await clock.pass(1000);
  const shown = [{ seat: 0, width: 320, height: 180 }];
  assert.deepEqual(connections.map((one) => one.shown.at(-1)), [shown, shown]);
});

test("who holds the floor is what the worker says", async () => {
  const { call, connections } = await meeting([{ ...hello("me", "a"), speaker: "a" }]);
  await call.enter();
  assert.equal(call.speakers.active, "a");
  connections[0].emit("message", { type: "speaker", participant: "me" });
  assert.equal(call.speakers.active, "me");
});

/** @param {number} count faces on a page */
function crowded(count) {
  return Array.from({ length: count }, (_, at) => {
    return /** @type {const} */ ({ participant: `p${at}`, source: "camera", width: 160, height: 90 });
  });
}

test("a page with more faces than seats gets more seats, and what plays goes on until they are there", async () => {
  const { call, clock, connections, seats, states } = await meeting([hello("me")]);
  await call.enter();
  call.sight.look(crowded(13));
  await clock.pass(150);
  assert.deepEqual(seats, [12, 25]);
  assert.ok(connections[0].closed && !connections[1].closed);
  assert.deepEqual(states, ["joining", "live"]);
  await clock.pass(150);
  assert.equal(connections[1].people.length, 13, "the new connection is told what is looked at");
});

test("that the older connection is replaced by the larger one ends nothing", async () => {
  const { call, clock, connections } = await meeting([hello("me"), hello("me")]);
  await call.enter();
  const { open } = FakeConnection.prototype;
  Object.assign(call.parts, {
    connect: () => {
      const made = new FakeConnection(hello("me"));
      made.open = async () => {
        connections[0].emit("message", { type: "replaced" });
        connections[0].emit("lost", "closed");
        return open.call(made);
      };
      return made;
    },
  });
  call.sight.look(crowded(20));
  await clock.pass(150);
  assert.equal(call.state, "live");
});

test("no more seats to be had: the meeting goes on with those there are", async () => {
  const refused = new ApiError(503, "no_worker", "");
  const { call, clock, connections } = await meeting([hello("me"), refused]);
  await call.enter();
  call.sight.look(crowded(13));
  await clock.pass(150);
  assert.equal(call.state, "live");
  assert.ok(!connections[0].closed);
});

test("who comes while the meeting is recorded answers first, and goes in whatever the answer", async () => {
  const { call, clock, connections } = await meeting([new ApiError(403, "recording_question", ""), hello("me")]);
  let asked = 0;
  call.on("question", () => (asked += 1));
  void call.enter();
  await clock.pass(60_000);
  assert.deepEqual([call.state, asked, connections.length], ["joining", 1, 1], "no answer, no way in, no hurry");
  call.answered();
  await clock.pass(0);
  assert.equal(call.state, "live");
});

test("how it stands with the recording follows the worker, after a rejoin too", async () => {
  const told = { type: "recording", recording: "r", state: "running", recorded: ["me"] };
  const { call, connections } = await meeting([{ ...hello("me"), recording: told }, hello("me")]);
  let news = 0;
  call.on("recording", () => (news += 1));
  await call.enter();
  assert.deepEqual(call.recorded?.recorded, ["me"]);
  connections[0].emit("message", { type: "recording", recording: null, state: "none", recorded: [] });
  assert.deepEqual([call.recorded, news], [null, 2]);
  connections[0].emit("message", told);
  connections[0].emit("message", { type: "rejoin" });
  await settled();
  assert.equal(call.recorded, null, "the greeting of the next worker says nothing of one");
});

test("what a host stops is off at once, and on again by the person's own hand, in the room and in the store", async () => {
  const { call, api, connections } = await meeting([hello("me", "a")]);
  /** @type {object[]} */
  const told = [];
  call.floor.on("moderated", (one) => told.push(one));
  await call.enter();
  const [connection] = connections;
  connection.emit("message", { type: "moderated", act: "mute", by: "Anne", held: ["microphone"] });
  await settled();
  assert.equal(call.devices.live("microphone"), false);
  assert.deepEqual(connection.announced.at(-1), { microphone: false });
  assert.deepEqual(told, [{ act: "mute", by: "Anne" }]);
  await call.devices.turn("microphone", true);
  await settled();
  assert.deepEqual(connection.said, [{ type: "resume", slots: ["microphone"] }]);
  assert.deepEqual(connection.announced.at(-1), { microphone: true });
  assert.ok(api.calls.includes("resume microphone"));
});

test("a room that moved before the store heard of it is told again that the person speaks", async () => {
  const held = { ...hello("me"), held: ["microphone"] };
  const { call, api, clock, connections } = await meeting([hello("me"), held]);
  await call.enter();
  api.away = new ApiError(0, "unreachable", "");
  connections[0].emit("message", { type: "moderated", act: "mute", by: "Anne", held: ["microphone"] });
  await call.devices.turn("microphone", true);
  await settled();
  connections[0].emit("message", { type: "rejoin", reason: "" });
  await settled();
  assert.deepEqual(connections[1].said, [{ type: "resume", slots: ["microphone"] }]);
  assert.equal(call.devices.live("microphone"), true);
  api.away = null;
  await clock.pass(6000);
  assert.equal(api.calls.filter((one) => one === "resume microphone").length >= 2, true);
});

test("a mute the page has missed is learnt from the next greeting", async () => {
  const { call, connections } = await meeting([{ ...hello("me"), held: ["microphone"] }]);
  /** @type {object[]} */
  const told = [];
  call.floor.on("moderated", (one) => told.push(one));
  await call.enter();
  assert.equal(call.devices.live("microphone"), false);
  assert.deepEqual(told, [{ act: "mute", by: "" }]);
  assert.deepEqual(connections[0].said, []);
});

test("who becomes co-host watches the door, who is one no more leaves it", async () => {
  const { call, api, connections } = await meeting([hello("me")]);
  await call.enter();
  const [me] = hello("me").participants;
  connections[0].emit("message", { type: "participant", participant: { ...me, role: "cohost" } });
  await settled();
  assert.ok(call.floor.hosting && api.calls.includes("waiting") && call.lobby.door.locked);
  connections[0].emit("message", { type: "participant", participant: me });
  assert.equal(call.role, "guest");
});

test("hands stand in the order they went up", async () => {
  const { call, connections } = await meeting([hello("me", "a", "b")]);
  /** @type {string[]} */
  const raised = [];
  call.floor.on("raised", ({ id }) => raised.push(id));
  await call.enter();
  const [, a, b] = hello("me", "a", "b").participants;
  connections[0].emit("message", { type: "participant", participant: { ...b, hand: 2 } });
  connections[0].emit("message", { type: "participant", participant: { ...a, hand: 1 } });
  connections[0].emit("message", { type: "participant", participant: { ...b, hand: 2, name: "B" } });
  assert.deepEqual(call.floor.hands.map((one) => one.id), ["a", "b"]);
  assert.deepEqual(raised, ["b", "a"]);
});
