import assert from "node:assert/strict";
import { test } from "node:test";

class HTMLInputElement {
  value = "";
  /** @type {File[]} */
  files = [];
  /** @type {() => void} */
  change = () => {};

  getAttribute() {
    return "logo";
  }

  /** @param {string} _kind @param {() => void} heard */
  addEventListener(_kind, heard) {
    this.change = heard;
  }
}

/** @param {() => boolean} fulfilled */
async function until(fulfilled) {
  while (!fulfilled()) await new Promise((next) => setImmediate(next));
}

/** @param {number} bytes */
const file = (bytes) => new File([Uint8Array.from({ length: bytes }, (_, place) => place % 256)], "logo.svg");

test("the chosen file goes along in base64, a kept one too, and none leaves nothing", { timeout: 60_000 }, async () => {
  const [chosen, hidden] = [new HTMLInputElement(), new HTMLInputElement()];
  hidden.value = "kept over a fault elsewhere";
  Object.assign(globalThis, {
    HTMLInputElement,
    document: { querySelectorAll: () => [chosen], getElementById: () => hidden },
  });
  await import("../../../web/site/logo.js");
  assert.equal(hidden.value, "kept over a fault elsewhere", "no choice yet: what the form had stays");
  chosen.files = [file(70_000)];
  chosen.change();
  await until(() => hidden.value.length > 90_000);
  assert.equal(Buffer.from(hidden.value, "base64").compare(Buffer.from(await file(70_000).arrayBuffer())), 0);
  chosen.files = [];
  chosen.change();
  await until(() => hidden.value === "");
});
