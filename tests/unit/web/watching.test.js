import assert from "node:assert/strict";
import { test } from "node:test";
import { MasterClock } from "../../../web/recordings/clock.js";
import { Unreadable } from "../../../web/recordings/sealed.js";
import { Store } from "../../../web/recordings/store.js";
import { lineOf } from "../../../web/recordings/timeline.js";
import { ViewingApi } from "../../../web/recordings/wire/viewing.js";
import { ApiError } from "../../../web/room/wire/api.js";

const KEY = btoa(String.fromCharCode(...Array(32).keys()));

/** Sealed by the worker's own code under that key: see sealed.test.js. */
const SEGMENT =
  "4G0TXWw1PZWgOowNCXbeFA5z4qpJCEyLoMi/w/cq2/SjmGTeGrb4CYUg7rEzdvN83ImCrwa31nA3fgort498L3EJ+BgAZLLpCr2RD1CQtiqSLOLkMSLudkLsq+CTXfSlXhI=";

/** @param {number} first */
function line(first = 7) {
  const segments = Array.from({ length: 30 }, (_, index) => {
    return /** @type {[number, number, number, number]} */ ([first + index, 4000 * (first + index), 4000, 100]);
  });
  const part = { number: 2, key: KEY, segments, gaps: [] };
  return lineOf({ id: "t1", participant: "p", source: "microphone", name: "Zoé", parts: [part] }, 200_000);
}

/** @param {(link: string) => ArrayBuffer | null} [answer] */
function scene(answer = () => Uint8Array.from(atob(SEGMENT), (letter) => letter.charCodeAt(0)).buffer) {
  /** @type {[string, string][][]} */
  const asked = [];
  /** @type {string[]} */
  const fetched = [];
  const time = { at: 0 };
  const api = {
    links: async (/** @type {string} */ _viewing, /** @type {[string, string][]} */ objects) => {
      asked.push(objects);
      return { links: objects.map(([track, name]) => `${asked.length}:${track}/${name}`), seconds: 100 };
    },
    sealed: async (/** @type {string} */ link) => {
      fetched.push(link);
      return answer(link);
    },
  };
  const store = new Store(api, { viewing: "v", recording: "r1" }, () => time.at);
  return { store, asked, fetched, time };
}

test("a piece is fetched sealed and opened here", async () => {
  const { store, fetched } = scene();
  const { head, media } = await store.piece(line(), 0);
  assert.equal(head.start, 28_000);
  assert.equal(new TextDecoder().decode(media), "a whole file");
  assert.deepEqual(fetched, ["1:t1/0002-000007-28000-4000"]);
});

test("links are asked for together and a little ahead", async () => {
  const { store, asked } = scene();
  await Promise.all([store.piece(line(), 0), store.piece(line(), 0)]);
  assert.equal(asked.length, 1);
  assert.equal(asked[0].length, 11);
});

test("a link that has run out is asked for anew", async () => {
  const { store, asked, time } = scene();
  await store.piece(line(), 0);
  time.at = 69_000;
  await store.piece(line(), 0);
  assert.equal(asked.length, 1);
  time.at = 71_000;
  await store.piece(line(), 0);
  assert.equal(asked.length, 2);
});

test("a link refused by the store is asked for anew, and not for ever", async () => {
  const { store, asked } = scene(() => null);
  await assert.rejects(store.piece(line(), 0), ApiError);
  assert.equal(asked.length, 3);
});

test("another piece in its place does not open", async () => {
  const { store } = scene();
  await assert.rejects(store.piece(line(), 1), Unreadable);
});

test("a sealed object is fetched without cookies, without a referrer, and its link's end is no fault", async () => {
  /** @type {RequestInit | undefined} */
  let sent;
  const api = new ViewingApi("r", "token", async (_, options) => {
    sent = options;
    return new Response("", { status: 403 });
  });
  assert.equal(await api.sealed("https://store.example/x"), null);
  assert.equal(sent?.credentials, "omit");
  assert.equal(sent?.referrerPolicy, "no-referrer");
});

test("what the functions refuse is said in their words", async () => {
  const body = JSON.stringify({ error: { code: "not_found", message: "Plus là." } });
  const api = new ViewingApi("r", "token", async () => new Response(body, { status: 404 }));
  await assert.rejects(api.begin(), (/** @type {ApiError} */ fault) => fault.status === 404 && fault.message === "Plus là.");
});

test("the clock runs at its speed, stops where it stands, and never leaves the recording", () => {
  const time = { at: 0 };
  const clock = new MasterClock(10_000, () => time.at);
  clock.start();
  time.at = 1000;
  clock.setRate(2);
  time.at = 2000;
  assert.equal(clock.position, 3000);
  clock.stop();
  time.at = 9000;
  assert.equal(clock.position, 3000);
  clock.seek(-5);
  assert.equal(clock.position, 0);
  clock.start();
  time.at = 90_000;
  assert.equal(clock.position, 10_000);
});
