import assert from "node:assert/strict";
import { test } from "node:test";
import { tryNetwork } from "../../../web/room/call/network.js";
import { outcome } from "../../../web/room/call/verdict.js";
import { ApiError } from "../../../web/room/wire/api.js";
import { HandClock } from "./fakes.js";

const RELAYS = { servers: [{ urls: ["turn:r"] }], lifetime: 120 };
const DIRECT = { relayed: false, protocol: null, roundTrip: 12 };
const RELAYED = { relayed: true, protocol: "tls", roundTrip: 40 };

/** @param {unknown[]} ways what each try finds, in turn @param {object | null} relays */
async function verdict(ways, relays = RELAYS) {
  /** @type {unknown[]} */
  const tried = [];
  const api = /** @type {any} */ ({ checkRelays: async () => relays });
  const attempt = async (/** @type {any} */ _, /** @type {any} */ __, /** @type {unknown} */ servers) => {
    tried.push(servers);
    const found = ways.shift();
    if (found instanceof Error) throw found;
    return found;
  };
  return { found: await tryNetwork(api, new HandClock(), /** @type {any} */ (attempt)), tried };
}

test("where the direct way is open the relays are left alone", async () => {
  const { found, tried } = await verdict([DIRECT]);
  assert.deepEqual(found, { passage: "direct", protocol: null, roundTrip: 12 });
  assert.deepEqual(tried, [[]]);
});

test("where it is not, the relays are tried, and which way they were reached is told", async () => {
  const { found, tried } = await verdict([null, RELAYED]);
  assert.deepEqual(found, { passage: "relayed", protocol: "tls", roundTrip: 40 });
  assert.deepEqual(tried, [[], RELAYS.servers]);
});

test("no way at all is a verdict; so is none where there are no relays", async () => {
  assert.equal((await verdict([null, null])).found.passage, "blocked");
  assert.equal((await verdict([null], null)).found.passage, "blocked");
});

test("servers that don't answer say nothing about the network", async () => {
  assert.equal((await verdict([new ApiError(0, "unreachable", "")])).found.passage, "untried");
  assert.equal((await verdict([new ApiError(503, "no_worker", "")])).found.passage, "untried");
});

/** @param {Partial<Record<"network" | "microphone" | "speaker" | "camera", any>>} [changes] */
const states = (changes = {}) => ({ network: "good", microphone: "good", speaker: "good", camera: "good", ...changes });

test("all well is ready, anything less is a reserve, and nothing is said while something is open", () => {
  assert.equal(outcome(states()), "ready");
  assert.equal(outcome(states({ camera: "reserve" })), "partly");
  assert.equal(outcome(states({ network: "reserve" })), "partly");
  assert.equal(outcome(states({ camera: "reserve", speaker: "pending" })), "pending");
});

test("a network that lets nothing through decides at once", () => {
  assert.equal(outcome(states({ network: "bad", microphone: "pending" })), "blocked");
});
