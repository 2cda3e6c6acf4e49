import assert from "node:assert/strict";
import { test } from "node:test";
import { FleetingChat } from "../../../web/room/call/fleeting.js";
import { parts } from "../../../web/room/call/links.js";
import { HandClock } from "./fakes.js";

/** A line as a room that keeps nothing tells it. */
const line = (/** @type {string} */ id, participant = "a") => ({
  seq: 0,
  id,
  participant,
  name: "A",
  body: "Bonjour",
  at: 1,
});

function chat() {
  const clock = new HandClock();
  /** @type {object[]} */
  const told = [];
  let number = 0;
  return { clock, told, chat: new FleetingChat(clock, () => `${++number}`, (message) => told.push(message)) };
}

test("a line goes through the room and is a draft until it comes back", async () => {
  const { chat: talk, told } = chat();
  await talk.say("Bonjour", "9");
  assert.deepEqual(told, [{ type: "say", id: "1", body: "Bonjour", reply: "9" }]);
  await talk.say("Encore");
  assert.deepEqual(told[1], { type: "say", id: "2", body: "Encore", reply: "" }, "an answer to nothing is an empty word");
  assert.equal(talk.drafts.size, 2);
  talk.receive(line("1", "me"));
  assert.deepEqual([talk.drafts.size, talk.lines.length], [1, 1]);
});

test("a line that does not come back is said not to be sent, and can be said again as the same line", async () => {
  const { chat: talk, told, clock } = chat();
  await talk.say("Bonjour");
  await clock.pass(6000);
  assert.equal(talk.drafts.get("1")?.failed, true);
  await talk.retry("1");
  assert.deepEqual(told.length, 2);
  assert.deepEqual(told[0], told[1]);
});

test("what the room repeats to who comes back is read once", () => {
  const { chat: talk } = chat();
  for (const one of [line("1"), line("2"), line("1"), line("1", "b")]) talk.receive(one);
  assert.deepEqual(talk.lines.map((one) => one.participant + one.id), ["a1", "a2", "b1"]);
});

test("addresses become links, and nothing else does", () => {
  /** @type {[string, string[]][]} */
  const cases = [
    ["Voir https://iboo.example/a?b=c.", ["https://iboo.example/a?b=c"]],
    ["(http://a.example/x_(y)), https://b.example", ["http://a.example/x_(y)", "https://b.example/"]],
    ["javascript:alert(1) data:text/html,x ftp://a.example", []],
    ["https://banque.example@evil.example/ https://user:pass@a.example", []],
    ["https://localhost/ https:// http://", []],
    ["https://a.example/<script>", ["https://a.example/"]],
    ["« https://a.example/é »", ["https://a.example/%C3%A9"]],
  ];
  for (const [text, wanted] of cases) {
    const found = parts(text);
    assert.deepEqual(found.filter((one) => one.href).map((one) => one.href), wanted, text);
    assert.equal(found.map((one) => one.text).join(""), text);
  }
});
