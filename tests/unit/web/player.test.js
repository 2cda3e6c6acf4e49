import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../../../web/recordings/player.js";
import { ApiError } from "../../../web/room/wire/api.js";

/** Time that a test moves; `beat` does what the timer would. */
class Hand {
  at = 0;
  /** @type {(() => void) | null} */
  action = null;
  now = () => this.at;
  after = () => () => {};
  /** @param {number} _ @param {() => void} action */
  every = (_, action) => {
    this.action = action;
    return () => (this.action = null);
  };
  /** @param {number} by */
  beat(by) {
    this.at += by;
    this.action?.();
  }
}

/** Zoé from 0 to 8 s and from 20 s to 24 s; nothing of anybody between. */
function scene() {
  /** @type {[number, number, number, number][]} */
  const segments = [[0, 0, 4000, 1], [1, 4000, 4000, 1], [2, 20_000, 4000, 1]];
  const part = { number: 1, key: "k", segments, gaps: [] };
  /** @type {import("../../../web/recordings/wire/viewing.js").TrackRow} */
  const track = { id: "t", participant: "p", source: "microphone", name: "Zoé", parts: [part] };
  const viewing = { viewing: "v", recording: "r", began_at: 0, length: 24_000, tracks: [track], chat: [] };
  const time = new Hand();
  /** @type {any} */
  const store = {};
  const player = new Player(viewing, store, time);
  const deck = {
    line: player.lines[0],
    held: true,
    closed: false,
    /** @type {[number, boolean, number, boolean][]} */
    followed: [],
    /** @param {number} at */
    state: (at) => (at >= 8000 && at < 20_000 ? "gap" : deck.held ? "plays" : "waits"),
    /** @param {[number, boolean, number, boolean]} given */
    follow: (...given) => void deck.followed.push(given),
    close: () => (deck.closed = true),
  };
  /** @type {any} */
  const fake = deck;
  player.decks.push(fake);
  return { player, time, deck };
}

test("the clock waits for what was recorded and is not there yet", () => {
  const { player, time, deck } = scene();
  deck.held = false;
  player.play();
  time.beat(500);
  assert.deepEqual([player.state, player.position], ["waits", 0]);
  deck.held = true;
  time.beat(100);
  time.beat(500);
  assert.deepEqual([player.state, player.position], ["plays", 500]);
});

test("what nobody was recorded of is jumped, and said", () => {
  const { player, time } = scene();
  /** @type {object[]} */
  const jumped = [];
  player.on("jumped", (hole) => jumped.push(hole));
  player.seek(7900);
  player.play();
  time.beat(200);
  assert.equal(player.position, 20_000);
  assert.deepEqual(jumped, [{ start: 8000, end: 20_000 }]);
});

test("who looks at a gap in peace is not sent away", () => {
  const { player, time } = scene();
  player.seek(10_000);
  time.beat(500);
  assert.deepEqual([player.state, player.position], ["paused", 10_000]);
});

test("it stops at the end and begins anew", () => {
  const { player, time } = scene();
  player.seek(23_900);
  player.play();
  time.beat(500);
  assert.deepEqual([player.state, player.position], ["ended", 24_000]);
  player.toggle();
  assert.deepEqual([player.state, player.position], ["plays", 0]);
});

test("decks are told where the clock is, whether it runs, and how fast", () => {
  const { player, time, deck } = scene();
  player.setRate(1.5);
  player.play();
  time.beat(1000);
  assert.deepEqual(deck.followed.at(-1), [1500, true, 1.5, true]);
  player.pause();
  assert.deepEqual(deck.followed.at(-1), [1500, false, 1.5, true]);
});

/** @param {Player} player @param {ApiError} fault as a deck reports it */
function report(player, fault) {
  /** @type {any} */
  const element = { addEventListener() {}, pause() {}, removeAttribute() {}, load() {} };
  globalThis.MediaSource = /** @type {any} */ (class extends EventTarget {});
  URL.createObjectURL = () => "blob:x";
  player.load(player.lines[0], element);
  player.decks.at(-1)?.given.fault(fault);
}

test("servers that do not answer are asked again after a while, and what is there plays on", () => {
  const { player, time, deck } = scene();
  player.play();
  report(player, new ApiError(0, "unreachable", ""));
  player.decks.pop();
  time.beat(1000);
  assert.deepEqual(deck.followed.at(-1), [1000, true, 1, false]);
  time.beat(3000);
  assert.deepEqual(deck.followed.at(-1)?.[3], true);
});

test("what may not go on ends at once, in the functions' words, and lets go of everything", () => {
  const { player, deck, time } = scene();
  player.play();
  report(player, new ApiError(404, "not_found", "Plus partagé."));
  assert.deepEqual([player.state, player.reason, deck.closed], ["over", "Plus partagé.", true]);
  assert.equal(time.action, null);
  player.play();
  assert.equal(player.state, "over");
});
