import assert from "node:assert/strict";
import { test } from "node:test";
import { activate, fit, recode } from "../../../web/room/wire/encodings.js";
import { CAMERA } from "../../../web/room/wire/offer.js";

const KNOWN = [
  { payloadType: 96, mimeType: "video/VP8", clockRate: 90000 },
  { payloadType: 98, mimeType: "video/VP9", clockRate: 90000, sdpFmtpLine: "profile-id=0" },
];

/** A sender that takes parameters back only once, as browsers do. */
class FakeSender {
  /** @type {any} */
  parameters = { transactionId: 0, codecs: KNOWN, encodings: CAMERA.map((one) => ({ ...one, active: true })) };

  getParameters() {
    this.parameters.transactionId += 1;
    return structuredClone(this.parameters);
  }

  /** @param {any} given */
  async setParameters(given) {
    if (given.transactionId !== this.parameters.transactionId) throw new Error("stale");
    this.parameters = given;
  }

  /** @param {string} field */
  all(field) {
    return this.parameters.encodings.map((/** @type {any} */ one) => one[field]);
  }
}

test("the camera's encodings come lowest first", () => {
  const scales = CAMERA.map((one) => one.scaleResolutionDownBy ?? 1);
  const rates = CAMERA.map((one) => one.maxBitrate ?? 0);
  assert.deepEqual(scales, [...scales].sort((a, b) => b - a));
  assert.deepEqual(rates, [...rates].sort((a, b) => a - b));
});

test("only the encodings asked for are sent", async () => {
  const sender = new FakeSender();
  await activate(/** @type {any} */ (sender), ["q"]);
  assert.deepEqual(sender.all("active"), [true, false, false]);
  await activate(/** @type {any} */ (sender), ["q", "h", "f"]);
  assert.deepEqual(sender.all("active"), [true, true, true]);
});

for (const [width, height, scales] of [
  [1280, 720, [4, 2, 1]],
  [960, 540, [4, 2, 1]],
  [640, 480, [2, 1, 1]],
  [640, 360, [2, 1, 1]],
  [320, 180, [1, 1, 1]],
]) {
  test(`a camera of ${width} × ${height} is sent whole in an encoding that Chromium sends`, async () => {
    const sender = new FakeSender();
    await fit(/** @type {any} */ (sender), { width: Number(width), height: Number(height) });
    assert.deepEqual(sender.all("scaleResolutionDownBy"), scales);
  });
}

test("all encodings go on in the codec asked for", async () => {
  const sender = new FakeSender();
  assert.equal(await recode(/** @type {any} */ (sender), "vp9"), true);
  const codec = { mimeType: "video/VP9", clockRate: 90000, sdpFmtpLine: "profile-id=0" };
  assert.deepEqual(sender.all("codec"), [codec, codec, codec]);
});

test("a codec that was not agreed on can't be sent", async () => {
  assert.equal(await recode(/** @type {any} */ (new FakeSender()), "av1"), false);
});

test("a browser that knows no codec of an encoding can't change it", async () => {
  const sender = new FakeSender();
  const set = sender.setParameters;
  sender.setParameters = async (given) => {
    for (const one of given.encodings) delete one.codec;
    await set.call(sender, given);
  };
  assert.equal(await recode(/** @type {any} */ (sender), "vp9"), false);
});
