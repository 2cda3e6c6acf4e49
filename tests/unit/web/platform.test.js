import assert from "node:assert/strict";
import { test } from "node:test";
import { platformOf } from "../../../web/room/call/platform.js";
import { tilesAtMost } from "../../../web/room/call/strength.js";

/** @type {[string, string, number][]} */
const KNOWN = [
  ["chromium windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", 0],
  ["chromium windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0", 0],
  ["chromium android", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36", 5],
  ["firefox linux", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", 0],
  ["firefox android", "Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", 5],
  ["safari mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", 0],
  ["safari ios", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", 5],
  ["safari ios", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", 5],
  ["chromium ios", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1", 5],
];

for (const [wanted, agent, touches] of KNOWN) {
  test(`${wanted} is known by ${agent.slice(-40)} and ${touches} fingers`, () => {
    const { browser, system } = platformOf(agent, touches);
    assert.equal(`${browser} ${system}`, wanted);
  });
}

test("a weak device draws few faces, a strong one as many as fit", () => {
  assert.equal(tilesAtMost({ hardwareConcurrency: 2 }), 4);
  assert.equal(tilesAtMost({ hardwareConcurrency: 4, deviceMemory: 4, maxTouchPoints: 5 }), 4);
  assert.equal(tilesAtMost({ hardwareConcurrency: 4 }), 9);
  assert.equal(tilesAtMost({ hardwareConcurrency: 8, deviceMemory: 8, maxTouchPoints: 5 }), Infinity);
});

test("a device that tells nothing of itself is taken for an ordinary one", () => {
  assert.equal(tilesAtMost({}), 9);
});
