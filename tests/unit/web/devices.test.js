import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices } from "../../../web/room/call/devices.js";
import { FakeMedia, settled } from "./fakes.js";

/** @param {Record<string, string>} [faults] */
async function started(faults = {}) {
  const media = new FakeMedia();
  media.faults = faults;
  const devices = new Devices(/** @type {any} */ (media));
  await devices.start();
  return { media, devices };
}

test("microphone and camera are asked for in one question", async () => {
  const { media, devices } = await started();
  assert.equal(media.asked.length, 1);
  assert.ok(devices.live("microphone") && devices.live("camera"));
});

test("without a camera the microphone still works", async () => {
  const { devices } = await started({ video: "NotFoundError" });
  assert.ok(devices.live("microphone"));
  assert.equal(devices.camera.fault, "missing");
});

test("who refuses both still comes in, as a listener", async () => {
  const { devices } = await started({ audio: "NotAllowedError", video: "NotAllowedError" });
  assert.equal(devices.live("microphone") || devices.live("camera"), false);
  assert.deepEqual([devices.microphone.fault, devices.camera.fault], ["denied", "denied"]);
});

test("a device used by another program can be tried again", async () => {
  const { media, devices } = await started({ video: "NotReadableError" });
  assert.equal(devices.camera.fault, "busy");
  media.faults = {};
  await devices.turn("camera", true);
  assert.ok(devices.live("camera"));
  assert.equal(devices.camera.fault, null);
});

test("a camera switched off is let go, a microphone falls silent", async () => {
  const { media, devices } = await started();
  await devices.turn("camera", false);
  await devices.turn("microphone", false);
  const [microphone, camera] = media.given;
  assert.ok(camera.stopped);
  assert.ok(!microphone.stopped && !microphone.enabled);
  assert.equal(devices.live("microphone") || devices.live("camera"), false);
});

test("a camera switched off while it starts is not on afterwards", async () => {
  const { media, devices } = await started();
  await devices.turn("camera", false);
  const starting = devices.turn("camera", true);
  await devices.turn("camera", false);
  await starting;
  assert.equal(devices.live("camera"), false);
  assert.ok(media.given.filter((one) => one.kind === "video").every((one) => one.stopped));
});

test("a new microphone stays muted when the old one was", async () => {
  const { devices } = await started();
  await devices.turn("microphone", false);
  await devices.choose("microphone", "headset");
  assert.equal(devices.live("microphone"), false);
  assert.equal(devices.microphone.track?.enabled, false);
});

test("when a device is unplugged another takes its place", async () => {
  const { media, devices } = await started();
  media.given[1].onended?.();
  await settled();
  assert.ok(devices.live("camera"));
  assert.equal(media.given.length, 3);
});

test("a device that was missing is taken once it is plugged in", async () => {
  const { media, devices } = await started({ video: "NotFoundError" });
  media.faults = {};
  media.dispatchEvent(new Event("devicechange"));
  await settled();
  assert.ok(devices.live("camera"));
});

test("a chosen device that is gone gives way to the system's choice", async () => {
  const { media, devices } = await started();
  media.faults = { video: "OverconstrainedError" };
  const choosing = devices.choose("camera", "gone");
  await settled();
  await choosing;
  assert.equal(devices.camera.chosen, "");
  assert.equal(devices.camera.fault, "missing");
});

test("what the system forbids to the browser itself is told apart from a refusal", async () => {
  const media = new FakeMedia();
  media.getUserMedia = async () => {
    throw Object.assign(new Error("Permission denied by system"), { name: "NotAllowedError" });
  };
  const devices = new Devices(/** @type {any} */ (media));
  await devices.start();
  assert.deepEqual([devices.microphone.fault, devices.camera.fault], ["system", "system"]);
});

test("a microphone the system holds, as during a phone call, is not live, and is again afterwards", async () => {
  const { media, devices } = await started();
  const [track] = media.given;
  /** @type {string[]} */
  const heard = [];
  devices.on("changed", (kind) => heard.push(kind));
  track.muted = true;
  track.onmute?.();
  assert.ok(devices.microphone.held && !devices.live("microphone"));
  track.muted = false;
  track.onunmute?.();
  assert.ok(!devices.microphone.held && devices.live("microphone"));
  assert.deepEqual(heard, ["microphone", "microphone"]);
});

test("a device unplugged is told missing, and taken again when it is back", async () => {
  const { media, devices } = await started();
  media.faults = { audio: "NotFoundError" };
  media.given[0].onended?.();
  await settled();
  assert.deepEqual([devices.microphone.fault, devices.live("microphone")], ["missing", false]);
  media.faults = {};
  media.dispatchEvent(new Event("devicechange"));
  await settled();
  assert.ok(devices.live("microphone"));
});

test("turning the camera round lets the first one go before the other is asked for", async () => {
  const { media, devices } = await started();
  const first = media.given[1];
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = async (wish) => {
    assert.ok(first.stopped);
    return ask(wish);
  };
  await devices.flip();
  const wish = /** @type {any} */ (media.asked.at(-1));
  assert.equal(wish.video.facingMode, "environment");
  assert.ok(devices.live("camera"));
});
