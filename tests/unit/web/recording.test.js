import assert from "node:assert/strict";
import { test } from "node:test";
import { Recording } from "../../../web/room/call/recording.js";

const QUESTION = { recording: "r", text: { version: "v1", words: "Acceptez-vous ?" }, answer: null };

function call() {
  /** @type {string[]} */
  const did = [];
  const api = {
    recording: async () => QUESTION,
    answerRecording: async (/** @type {object} */ answer) => void did.push(`api ${JSON.stringify(answer)}`),
    askRecording: async () => void did.push("ask"),
    stopRecording: async () => void did.push("stop"),
  };
  /** @type {any} */
  const made = {
    parts: { api },
    say: (/** @type {{type: string}} */ message) => did.push(`worker ${message.type}`),
    answered: () => did.push("answered"),
  };
  return { did, recording: new Recording(made) };
}

test("a no reaches the worker before the functions", async () => {
  const { did, recording } = call();
  await recording.answer(QUESTION, false);
  assert.deepEqual(did, ["worker withdraw", 'api {"recording":"r","agreed":false,"text":"v1"}', "answered"]);
});

test("a yes names the words it is given on", async () => {
  const { did, recording } = call();
  await recording.answer(await recording.question(), true);
  assert.deepEqual(did, ['api {"recording":"r","agreed":true,"text":"v1"}', "answered"]);
});

test("who hosts asks and ends", async () => {
  const { did, recording } = call();
  await recording.ask();
  await recording.stop();
  assert.deepEqual(did, ["ask", "stop"]);
});
