import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf } from "../../../web/room/wire/path.js";

/** @param {any[]} entries */
const report = (...entries) => entries.map((one) => /** @type {[string, any]} */ ([one.id, one]));

const relay = { id: "r", type: "local-candidate", candidateType: "relay", relayProtocol: "tls" };
const host = { id: "h", type: "local-candidate", candidateType: "host" };
/** @param {string} id @param {string} local */
const pair = (id, local, more = {}) => ({ id, type: "candidate-pair", localCandidateId: local, ...more });

test("the path is that of the pair the transport has selected", () => {
  const transport = { id: "t", type: "transport", selectedCandidatePairId: "b" };
  const found = pathOf(report(host, relay, pair("a", "h"), pair("b", "r"), transport));
  assert.deepEqual(found, { relayed: true, protocol: "tls" });
});

test("without a transport entry the selected pair counts (Firefox)", () => {
  assert.deepEqual(pathOf(report(host, relay, pair("a", "h", { selected: true }), pair("b", "r"))), {
    relayed: false,
    protocol: null,
  });
});

test("a relay of an unknown protocol is a relay all the same", () => {
  const old = { ...relay, relayProtocol: undefined };
  assert.deepEqual(pathOf(report(old, pair("a", "r", { selected: true }))), { relayed: true, protocol: null });
});

test("no pair, no path", () => {
  assert.equal(pathOf(report(host, relay)), null);
});
