import assert from "node:assert/strict";
import { test } from "node:test";
import { Relays } from "../../../web/room/call/relays.js";
import { ApiError } from "../../../web/room/wire/api.js";
import { HandClock } from "./fakes.js";

function made() {
  const clock = new HandClock();
  const me = { state: "admitted", relays: /** @type {any} */ ({ servers: [{ urls: ["turn:a"] }], lifetime: 3600 }) };
  const api = {
    asked: 0,
    async me() {
      this.asked += 1;
      if (me.state === "away") throw new ApiError(0, "unreachable", "");
      return me;
    },
  };
  return { clock, me, api, relays: new Relays(/** @type {any} */ (api), clock) };
}

test("they are asked for once while they are good", async () => {
  const { api, clock, relays } = made();
  await relays.fresh();
  await clock.pass(3_500_000);
  assert.deepEqual(await relays.fresh(), [{ urls: ["turn:a"] }]);
  assert.equal(api.asked, 1);
  await clock.pass(60_000);
  await relays.fresh();
  assert.equal(api.asked, 2);
});

test("who is not admitted gets none", async () => {
  const { me, relays } = made();
  me.state = "waiting";
  assert.deepEqual(await relays.fresh(), []);
  assert.equal(relays.any, false);
});

test("when nobody answers the old ones are tried", async () => {
  const { me, relays } = made();
  await relays.fresh();
  relays.doubt();
  me.state = "away";
  assert.deepEqual(await relays.fresh(), [{ urls: ["turn:a"] }]);
});
