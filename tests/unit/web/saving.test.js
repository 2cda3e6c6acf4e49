import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/room/wire/api.js";
import { download } from "../../../web/recordings/saving/download.js";
import { Unreadable } from "../../../web/recordings/sealed.js";

const KEY = Uint8Array.from(Array(32).keys());
const WRITTEN = btoa(String.fromCharCode(...KEY));
const PLAIN = ["the beginning, ", "the middle, ", "the end"].map((text) => new TextEncoder().encode(text));

/** @param {number} number @param {Uint8Array} plain @param {string} [file] */
async function sealed(number, plain, file = "f") {
  const key = await crypto.subtle.importKey("raw", KEY, "AES-GCM", false, ["encrypt"]);
  const iv = new Uint8Array(12);
  iv[11] = number;
  const additionalData = new TextEncoder().encode(`r\0file#${file}\0${String(number).padStart(6, "0")}`);
  return crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, Uint8Array.from(plain));
}

class Functions {
  recording = "r";
  /** @type {number[]} */
  asked = [];
  /** @type {Record<string, (ArrayBuffer | null | ApiError)[]>} what a chunk answers, one after the other */
  answers = {};

  async take() {
    return { key: WRITTEN, chunks: 3, bytes: 34, type: "video/mp4" };
  }

  /** @param {string} _file @param {number} first */
  async links(_file, first) {
    this.asked.push(first);
    return ["0", "1", "2"].slice(first, first + 2);
  }

  /** @param {string} link */
  async sealed(link) {
    const answer = this.answers[link]?.shift() ?? (await sealed(Number(link), PLAIN[Number(link)]));
    if (answer instanceof ApiError) throw answer;
    return answer;
  }
}

class Disk {
  text = "";
  /** @type {string[]} */
  acts = [];

  /** @param {Uint8Array} plain */
  async write(plain) {
    this.text += new TextDecoder().decode(plain);
  }

  async close() {
    this.acts.push("close");
  }

  async abort() {
    this.acts.push("abort");
  }
}

/** @param {Functions} functions @param {Disk} disk */
const run = (functions, disk, told = (/** @type {number} */ _) => {}) =>
  download(/** @type {any} */ (functions), "f", /** @type {any} */ (disk), told);

test("a file is opened chunk by chunk, in order, and told how far it is", async () => {
  const functions = new Functions();
  const disk = new Disk();
  /** @type {number[]} */
  const told = [];
  await run(functions, disk, (done) => told.push(done));
  assert.equal(disk.text, "the beginning, the middle, the end");
  assert.deepEqual([disk.acts, functions.asked, told], [["close"], [0, 2], [1 / 3, 2 / 3, 1]]);
});

test("a link that is too old, and a line that was away, are tried again", async () => {
  const functions = new Functions();
  functions.answers = { 1: [null, new ApiError(0, "unreachable", "")] };
  const disk = new Disk();
  await run(functions, disk);
  assert.equal(disk.text, "the beginning, the middle, the end");
});

test("a chunk from elsewhere does not open, and nothing is left on the disk", async () => {
  for (const wrong of [await sealed(1, PLAIN[1], "another"), await sealed(2, PLAIN[1]), new ArrayBuffer(40)]) {
    const functions = new Functions();
    functions.answers = { 1: [wrong] };
    const disk = new Disk();
    await assert.rejects(run(functions, disk), Unreadable);
    assert.deepEqual(disk.acts, ["abort"]);
  }
});

test("a file that is not all there is no file", async () => {
  const functions = new Functions();
  functions.take = async () => ({ key: WRITTEN, chunks: 2, bytes: 34, type: "video/mp4" });
  const disk = new Disk();
  await assert.rejects(run(functions, disk), ApiError);
  assert.deepEqual(disk.acts, ["abort"]);
});
