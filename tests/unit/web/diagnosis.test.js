import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "../../../web/room/call/diagnosis.js";

/**
 * A report as Chromium gives it, of a meeting that goes well; `changes` by id.
 *
 * @param {Record<string, object>} [changes]
 * @returns {any}
 */
function report(changes = {}) {
  const all = {
    T: { type: "transport", bytesSent: 0, bytesReceived: 0, timestamp: 1000 },
    L: { type: "local-candidate", candidateType: "host" },
    P: { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "L", currentRoundTripTime: 0.03 },
    O: { type: "outbound-rtp", kind: "video", frameWidth: 640, frameHeight: 360, framesPerSecond: 29.8, active: true },
    R: { type: "remote-inbound-rtp", fractionLost: 0 },
    I: { type: "inbound-rtp", packetsReceived: 100, packetsLost: 0, jitter: 0.004 },
    E: { type: "inbound-rtp", packetsReceived: 0, packetsLost: 0, jitter: 9 },
  };
  return new Map(Object.entries(all).map(([id, one]) => [id, { id, ...one, ...changes[id] }]));
}

test("of a meeting that goes well there is nothing to say, but its figures", () => {
  const { facts, reasons } = diagnose(report(), null, 0);
  assert.deepEqual(reasons, []);
  assert.equal(facts.delay, 0.03);
  assert.deepEqual(facts.picture, { width: 640, height: 360, rate: 30 });
  assert.equal(facts.relayed, false);
  assert.equal(facts.up, null, "one look makes no rate");
});

test("rates and losses are those since the look before", () => {
  const { mark } = diagnose(report(), null, 0);
  const later = report({
    T: { bytesSent: 25_000, bytesReceived: 50_000, timestamp: 3000 },
    I: { packetsReceived: 190, packetsLost: 10 },
  });
  const { facts, reasons } = diagnose(later, mark, 0);
  assert.deepEqual([facts.up, facts.down], [100_000, 200_000]);
  assert.equal(facts.lossDown, 0.1);
  assert.deepEqual(reasons, ["loss_down"]);
});

/** @type {[string, Record<string, object>, number][]} */
const CAUSES = [
  ["loss_up", { R: { fractionLost: 0.05 } }, 0],
  ["slow", { P: { currentRoundTripTime: 0.4 } }, 0],
  ["jitter", { I: { jitter: 0.08 } }, 0],
  ["narrow", { O: { qualityLimitationReason: "bandwidth" }, P: { availableOutgoingBitrate: 120_000 } }, 0],
  ["busy", { O: { qualityLimitationReason: "cpu" } }, 0],
  ["held", {}, 2],
  ["relayed", { L: { candidateType: "relay" } }, 0],
];
for (const [reason, changes, held] of CAUSES) {
  test(`${reason} is found alone`, () => {
    assert.deepEqual(diagnose(report(changes), null, held).reasons, [reason]);
  });
}

test("an empty report says nothing and breaks nothing", () => {
  const { facts, reasons } = diagnose(/** @type {any} */ (new Map()), null, 0);
  assert.deepEqual(reasons, []);
  assert.equal(facts.delay, null);
});
