import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices } from "../../../web/room/call/devices.js";
import { Healing } from "../../../web/room/call/healing.js";
import { FakeMedia, HandClock, settled } from "./fakes.js";

class FakePage extends EventTarget {
  hidden = false;

  /** @param {boolean} hidden */
  turn(hidden) {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** @param {Record<string, string>} faults @param {Record<string, {state: string, onchange: (() => void) | null}>} [granted] */
async function ailing(faults, granted = {}) {
  const media = new FakeMedia();
  media.faults = faults;
  const clock = new HandClock();
  const page = new FakePage();
  const devices = new Devices(/** @type {any} */ (media));
  const permissions = {
    query: async (/** @type {{name: string}} */ { name }) => {
      if (!granted[name]) throw new TypeError("unknown permission");
      return granted[name];
    },
  };
  const healing = new Healing(devices, clock, /** @type {any} */ (permissions));
  healing.watch(page);
  await devices.start();
  await settled();
  return { media, clock, page, devices };
}

test("a device another program lets go is taken back without a click", async () => {
  const { media, clock, devices } = await ailing({ video: "NotReadableError" });
  await clock.pass(10_000);
  assert.equal(devices.camera.fault, "busy");
  media.faults = {};
  await clock.pass(3100);
  assert.ok(devices.live("camera"));
  const asked = media.asked.length;
  await clock.pass(30_000);
  assert.equal(media.asked.length, asked);
});

test("a camera the person has switched off is not fought for", async () => {
  const { media, clock, devices } = await ailing({ video: "NotReadableError" });
  await devices.turn("camera", false);
  const asked = media.asked.length;
  await clock.pass(30_000);
  assert.equal(media.asked.length, asked);
});

test("a permission given in the browser's own menu is used at once", async () => {
  const camera = { state: "denied", onchange: /** @type {(() => void) | null} */ (null) };
  const { media, devices } = await ailing({ video: "NotAllowedError" }, { camera });
  assert.equal(devices.camera.fault, "denied");
  media.faults = {};
  camera.state = "granted";
  camera.onchange?.();
  await settled();
  assert.ok(devices.live("camera"));
});

test("who comes back from the system's settings is served, who refused is not asked again", async () => {
  const one = await ailing({ audio: "NotFoundError" });
  one.media.faults = {};
  one.page.turn(true);
  one.page.turn(false);
  await settled();
  assert.ok(one.devices.live("microphone"));
  const other = await ailing({ audio: "NotAllowedError", video: "NotAllowedError" });
  const asked = other.media.asked.length;
  other.page.turn(true);
  other.page.turn(false);
  await settled();
  assert.equal(other.media.asked.length, asked);
});
