import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat } from "../../../web/room/call/chat.js";
import { HandClock, settled } from "./fakes.js";

/** @param {number} seq */
const line = (seq) => ({ seq, participant: "p", name: "P", body: `line ${seq}`, at: seq });

class Store {
  /** @type {ReturnType<typeof line>[]} */
  lines = [];
  fetches = 0;
  failing = 0;
  page = 2;

  /** @param {number} seq */
  async chatAfter(seq) {
    this.fetches += 1;
    if (this.failing-- > 0) throw new Error("no network");
    const rest = this.lines.filter((one) => one.seq > seq);
    return { messages: rest.slice(0, this.page), more: rest.length > this.page };
  }

  /** @param {string} _id @param {string} body */
  async say(_id, body) {
    if (this.failing-- > 0) throw new Error("no network");
    const said = { ...line(this.lines.length + 1), body };
    this.lines.push(said);
    return said;
  }
}

function chat() {
  const store = new Store();
  const clock = new HandClock();
  let ids = 0;
  const made = new Chat(store, clock, () => `id-${(ids += 1)}`);
  /** @type {number[]} */
  const shown = [];
  made.on("line", ({ seq }) => shown.push(seq));
  return { store, clock, chat: made, shown };
}

test("lines are shown in order and once, however they arrive", async () => {
  const { store, chat: made, shown } = chat();
  store.lines = [1, 2, 3, 4].map(line);
  for (const seq of [1, 3, 2, 2, 4, 3]) made.receive(line(seq));
  await settled();
  assert.deepEqual(shown, [1, 2, 3, 4]);
});

test("a gap is fetched", async () => {
  const { store, chat: made, shown } = chat();
  store.lines = [1, 2, 3, 4, 5].map(line);
  made.receive(line(1));
  made.receive(line(5));
  assert.deepEqual(shown, [1]);
  await settled();
  assert.deepEqual(shown, [1, 2, 3, 4, 5]);
});

test("a late joiner gets everything, page after page", async () => {
  const { store, chat: made, shown } = chat();
  store.lines = [1, 2, 3, 4, 5].map(line);
  await made.catchUp();
  assert.deepEqual(shown, [1, 2, 3, 4, 5]);
  assert.equal(store.fetches, 3);
  assert.equal(made.caughtUp, true);
});

test("a fetch that failed is made again", async () => {
  const { store, clock, chat: made, shown } = chat();
  store.lines = [line(1)];
  store.failing = 1;
  await made.catchUp();
  assert.deepEqual(shown, []);
  await clock.pass(3000);
  assert.deepEqual(shown, [1]);
});

test("a number nobody got does not hold the conversation up", async () => {
  const { store, chat: made, shown } = chat();
  store.lines = [1, 2, 4].map(line);
  made.receive(line(1));
  made.receive(line(4));
  await settled();
  assert.deepEqual(shown, [1, 2, 4]);
});

test("one's own line is shown once, though it comes both as answer and from the room", async () => {
  const { chat: made, shown } = chat();
  const saying = made.say("hello");
  assert.equal(made.drafts.size, 1);
  made.receive(line(1));
  await saying;
  assert.deepEqual(shown, [1]);
  assert.equal(made.drafts.size, 0);
});

test("a line that could not be sent stays, and goes out again under the same id", async () => {
  const { store, chat: made, shown } = chat();
  store.failing = 1;
  await made.say("hello");
  const [draft] = made.drafts.values();
  assert.deepEqual(draft, { id: "id-1", body: "hello", reply: 0, failed: true });
  await made.retry("id-1");
  assert.deepEqual(shown, [1]);
  assert.equal(made.drafts.size, 0);
});
