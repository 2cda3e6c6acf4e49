import assert from "node:assert/strict";
import { test } from "node:test";
import { Notes } from "../../../web/room/call/notes.js";
import { difference, moved } from "../../../web/room/screen/editing.js";
import { ApiError } from "../../../web/room/wire/api.js";
import * as yjs from "../../../web/vendor/yjs.js";
import { HandClock, settled } from "./fakes.js";

/** The functions: keep batches by author and number, join them when read. */
class Store {
  /** @type {Map<string, Uint8Array>} */
  batches = new Map();
  /** @type {Error | null} */
  fault = null;
  posts = 0;
  kept = /** @type {"28d" | "none"} */ ("28d");

  async readNotes() {
    if (this.fault) throw this.fault;
    const all = [...this.batches.values()];
    const update = all.length ? Buffer.from(yjs.mergeUpdates(all)).toString("base64") : "";
    return { update, kept: this.kept, until: 1_800_000_000 };
  }

  /** @param {{client: number, number: number, update: string}} batch */
  async saveNotes({ client, number, update }) {
    this.posts += 1;
    if (this.fault) throw this.fault;
    this.batches.set(`${client} ${number}`, Buffer.from(update, "base64"));
  }
}

/** The worker: passes changes on and remembers them. */
class Room {
  /** @type {Notes[]} */
  pages = [];
  /** @type {any[]} */
  log = [];
  open = true;
  largest = 0;

  /** @param {Notes} page @param {any} message */
  tell(page, message) {
    if (!this.open) return;
    this.largest = Math.max(this.largest, JSON.stringify(message).length);
    if (message.type === "notes") {
      for (const one of this.log) page.hear(one);
      page.hear({ type: "notes", full: false });
      return;
    }
    this.log.push(message);
    for (const other of this.pages) if (other !== page) other.hear(message);
  }
}

/** @param {number} count */
async function meeting(count) {
  const [clock, store, room] = [new HandClock(), new Store(), new Room()];
  const join = async () => {
    /** @type {Notes} */
    const page = new Notes(/** @type {any} */ (yjs), store, clock, (message) => room.tell(page, message));
    room.pages.push(page);
    await page.sync();
    return page;
  };
  const pages = [];
  for (let number = 0; number < count; number += 1) pages.push(await join());
  return { clock, store, room, pages, join };
}

test("two people typing at once end up with the same text, every letter in it", async () => {
  const { clock, pages } = await meeting(2);
  const [anne, karim] = pages;
  for (let at = 0; at < 30; at += 1) {
    anne.edit(anne.value.length, 0, "a");
    karim.edit(0, 0, "k");
    if (at % 7 === 0) await clock.pass(150);
  }
  await clock.pass(300);
  assert.equal(anne.value, karim.value);
  assert.equal([...anne.value].filter((letter) => letter === "a").length, 30);
  assert.equal([...anne.value].filter((letter) => letter === "k").length, 30);
});

test("what was typed is saved every two seconds, the same batch until it has arrived", async () => {
  const { clock, store, pages } = await meeting(1);
  pages[0].edit(0, 0, "Bonjour");
  assert.ok(!pages[0].saved);
  store.fault = new ApiError(0, "unreachable", "");
  await clock.pass(4100);
  assert.ok(pages[0].failing && !pages[0].saved);
  pages[0].edit(7, 0, " à tous");
  store.fault = null;
  await clock.pass(4100);
  assert.ok(pages[0].saved && !pages[0].failing);
  assert.equal(store.batches.size, 2);
});

test("who comes later reads what is saved and what is not saved yet", async () => {
  const { clock, pages, join } = await meeting(1);
  pages[0].edit(0, 0, "gardé, ");
  await clock.pass(2100);
  pages[0].edit(7, 0, "pas encore");
  await clock.pass(200);
  const late = await join();
  assert.equal(late.value, "gardé, pas encore");
});

test("a killed worker loses nothing: the next one hears it from the pages and the store", async () => {
  const { clock, room, pages, join } = await meeting(2);
  pages[0].edit(0, 0, "avant. ");
  await clock.pass(2200);
  room.open = false;
  pages[0].edit(7, 0, "pendant A. ");
  pages[1].edit(7, 0, "pendant B. ");
  await clock.pass(300);
  room.log = [];
  room.open = true;
  await Promise.all(pages.map((page) => page.sync()));
  await clock.pass(300);
  assert.equal(pages[0].value, pages[1].value);
  for (const word of ["avant. ", "pendant A. ", "pendant B. "]) assert.ok(pages[0].value.includes(word), word);
  await clock.pass(2200);
  assert.equal((await join()).value, pages[0].value);
});

test("a change that misses an earlier one makes the page look into the store", async () => {
  const { clock, room, pages } = await meeting(2);
  room.open = false;
  pages[0].edit(0, 0, "perdu ");
  await clock.pass(200);
  room.open = true;
  pages[0].edit(6, 0, "reçu");
  await clock.pass(200);
  assert.equal(pages[1].value, "");
  await clock.pass(4300);
  assert.equal(pages[1].value, "perdu reçu");
});

test("a page that is closed saves what is left", async () => {
  const { store, pages } = await meeting(1);
  pages[0].edit(0, 0, "à la dernière seconde");
  pages[0].close();
  await settled();
  assert.equal(store.batches.size, 1);
});

test("of notes that are kept nowhere nothing is posted", async () => {
  const { clock, store, pages } = await meeting(1);
  store.kept = "none";
  await pages[0].sync();
  pages[0].edit(0, 0, "éphémère");
  await clock.pass(5000);
  assert.equal(store.posts, 0);
  assert.ok(pages[0].saved);
});

test("a large paste comes in pieces that fit into a message, no letter cut in two", async () => {
  const { clock, room, pages } = await meeting(2);
  const paste = `x${"😀é".repeat(12_000)}`;
  assert.ok(pages[0].edit(0, 0, paste));
  await clock.pass(3000);
  assert.equal(pages[1].value, paste);
  assert.ok(room.largest < 16_384);
  assert.ok(!pages[0].edit(0, 0, "y".repeat(90_000)), "and no more than fits");
  assert.ok(pages[0].full);
});

test("others' letters wait while one's own is being composed", async () => {
  const { clock, pages } = await meeting(2);
  pages[1].hold();
  pages[0].edit(0, 0, "a");
  await clock.pass(200);
  assert.equal(pages[1].value, "");
  pages[1].release();
  assert.equal(pages[1].value, "a");
});

test("what is stored waits for the end of a composition as well", async () => {
  const { clock, pages, join } = await meeting(1);
  pages[0].edit(0, 0, "a");
  await clock.pass(2100);
  const late = await join();
  pages[0].edit(1, 0, "b");
  late.hold();
  await clock.pass(5100);
  assert.equal(late.value, "a");
  late.release();
  assert.equal(late.value, "ab");
});

test("what is no change of the notes is passed over", async () => {
  const { clock, pages } = await meeting(2);
  for (const update of ["%%%", "AAAA", "/////w==", ""]) pages[1].hear({ type: "note", update });
  pages[0].edit(0, 0, "a");
  await clock.pass(200);
  assert.equal(pages[1].value, "a");
});

test("one goes back over one's own changes, not over those of others", async () => {
  const { clock, pages } = await meeting(2);
  pages[0].edit(0, 0, "mien ");
  await clock.pass(200);
  pages[1].edit(5, 0, "tien");
  await clock.pass(200);
  pages[0].past.undo();
  await clock.pass(200);
  assert.deepEqual([pages[0].value, pages[1].value], ["tien", "tien"]);
});

test("the difference of two texts is one change, and never half a letter", () => {
  assert.equal(difference("abc", "abc"), null);
  assert.deepEqual(difference("abc", "abXc"), { at: 2, deleted: 0, inserted: "X" });
  assert.deepEqual(difference("aaa", "aa"), { at: 2, deleted: 1, inserted: "" });
  assert.deepEqual(difference("😀", "😁"), { at: 0, deleted: 2, inserted: "😁" });
  assert.deepEqual(difference("a🌀b", "a🐀b"), { at: 1, deleted: 2, inserted: "🐀" });
});

test("a cursor stays where it was in the words", () => {
  assert.equal(moved(5, [{ retain: 2 }, { insert: "abc" }]), 8);
  assert.equal(moved(5, [{ retain: 5 }, { insert: "abc" }]), 5);
  assert.equal(moved(5, [{ delete: 3 }]), 2);
  assert.equal(moved(5, [{ retain: 4 }, { delete: 9 }]), 4);
  assert.equal(moved(1, [{ retain: 4 }, { delete: 2 }]), 1);
});
