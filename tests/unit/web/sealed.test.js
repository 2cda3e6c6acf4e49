import assert from "node:assert/strict";
import { test } from "node:test";
import { Unreadable, apart, associated, open, readKey } from "../../../web/recordings/sealed.js";

const KEY = btoa(String.fromCharCode(...Array(32).keys()));

/** Sealed by the worker's own code (media_workers/recording/sealing.py) under that key. */
const NAME = "0002-000007-28000-4000";
const SEGMENT =
  "4G0TXWw1PZWgOowNCXbeFA5z4qpJCEyLoMi/w/cq2/SjmGTeGrb4CYUg7rEzdvN83ImCrwa31nA3fgort498L3EJ+BgAZLLpCr2RD1CQtiqSLOLkMSLudkLsq+CTXfSlXhI=";
const MANIFEST = "mQ7hU8vciWNoPnGxSaT1UKQtkE6AnSox0Y3YPgD2lw==";

/** @param {string} written */
const bytes = (written) => Uint8Array.from(atob(written), (letter) => letter.charCodeAt(0));

/** @param {Uint8Array} plain */
const text = (plain) => new TextDecoder().decode(plain);

test("what the worker sealed, the browser opens", async () => {
  const plain = await open(await readKey(KEY), 7, associated("r1", "t1", NAME), bytes(SEGMENT));
  const { head, media } = apart(plain);
  assert.deepEqual(head, { codec: "opus", mime: "audio/webm", start: 28000, duration: 4000 });
  assert.equal(text(media), "a whole file");
});

test("a manifest has numbers of its own", async () => {
  const key = await readKey(KEY);
  const place = associated("r1", "t1", "0002-manifest-0");
  assert.equal(text(await open(key, 0, place, bytes(MANIFEST), 1)), '{"closed":true}');
  await assert.rejects(open(key, 0, place, bytes(MANIFEST)), Unreadable);
});

test("a segment opens nowhere but in its own place", async () => {
  const key = await readKey(KEY);
  for (const [recording, track, name, number] of /** @type {const} */ ([
    ["r2", "t1", NAME, 7],
    ["r1", "t2", NAME, 7],
    ["r1", "t1", "0002-000007-32000-4000", 7],
    ["r1", "t1", NAME, 8],
  ])) {
    await assert.rejects(open(key, number, associated(recording, track, name), bytes(SEGMENT)), Unreadable);
  }
});

test("another key opens nothing, and no key can be read out again", async () => {
  const other = await readKey(btoa("x".repeat(32)));
  await assert.rejects(open(other, 7, associated("r1", "t1", NAME), bytes(SEGMENT)), Unreadable);
  await assert.rejects(crypto.subtle.exportKey("raw", other));
});

test("what was changed on its way does not open", async () => {
  const changed = bytes(SEGMENT);
  changed[20] ^= 1;
  await assert.rejects(open(await readKey(KEY), 7, associated("r1", "t1", NAME), changed), Unreadable);
});

test("a segment that is cut short is no segment", () => {
  assert.throws(() => apart(new Uint8Array([0, 0, 0, 9, 1])), Unreadable);
  assert.throws(() => apart(new Uint8Array(2)), Unreadable);
});
