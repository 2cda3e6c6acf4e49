/** The card on a recording's page where its organiser has files made of it and takes them along. */

import { element, say, speak } from "../../room/screen/page.js";
import { ApiError } from "../../room/wire/api.js";
import { Unreadable } from "../sealed.js";
import { FilesApi } from "./api.js";
import { download } from "./download.js";
import { chooseSink } from "./sinks.js";

/** Milliseconds between two looks while something is being made. */
const LOOK_EVERY = 2000;

/** @typedef {import("./api.js").Made} Made */
/** @typedef {import("./api.js").Overview} Overview */

const data = JSON.parse(element("saving-data", HTMLScriptElement).text);
const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const api = new FilesApi(data.recording, csrf);
const list = element("saving-files", HTMLUListElement);
const form = element("saving-form", HTMLFormElement);
const what = element("saving-what", HTMLSelectElement);
const press = element("saving-make", HTMLButtonElement);
const status = element("saving-status", HTMLElement);
const question = element("saving-question", HTMLDialogElement);
speak({ ...data.words });

/** @type {Map<string, number>} downloads under way: id of the file → 0 to 1 */
const taking = new Map();
/** @type {Overview} */
let known = { possible: false, people: [], files: [] };
let shown = "";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void make();
});
void look();

async function look() {
  try {
    known = await api.overview();
    show();
  } catch (fault) {
    complain(fault);
  }
  const busy = known.files.some((file) => file.state === "asked" || file.state === "running");
  if (busy) setTimeout(() => void look(), LOOK_EVERY);
}

async function make() {
  const [wanted, about] = what.value.split(" ");
  press.disabled = true;
  trouble("");
  try {
    await api.make(wanted, about || null);
    status.textContent = say("asked");
    await look();
  } catch (fault) {
    press.disabled = false;
    complain(fault);
  }
}

function show() {
  const busy = known.files.some((file) => file.state === "asked" || file.state === "running");
  form.hidden = !known.possible;
  press.disabled = busy;
  choices();
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.id : "";
  list.replaceChildren(...known.files.map(item));
  list.hidden = known.files.length === 0;
  if (focused) document.getElementById(focused)?.focus();
  const ready = known.files.filter((file) => file.state === "ready").map((file) => file.id);
  if (shown && ready.join() !== shown && ready.length) status.textContent = say("made");
  shown = ready.join() || " ";
}

function choices() {
  if (what.options.length) return;
  what.append(new Option(say("meeting"), "meeting"));
  for (const { id, name, picture, voice } of known.people) {
    if (picture) what.append(new Option(say("person", { name }), `person ${id}`));
    if (voice) what.append(new Option(say("voice", { name }), `voice ${id}`));
  }
}

/** @param {Made} file */
function item(file) {
  const row = document.createElement("li");
  const text = document.createElement("div");
  text.className = "grow";
  const name = document.createElement("strong");
  name.textContent = say(file.what, { name: file.name || say("somebody") });
  const state = document.createElement("span");
  state.className = "quiet small";
  text.append(name, document.createElement("br"), state);
  row.append(text);
  const done = taking.get(file.id);
  if (done !== undefined) {
    state.textContent = say("taking", { percent: percent(done) });
    row.append(bar(done, say("taking_label")));
  } else if (file.state === "ready") {
    state.textContent = say("ready", { size: size(file.bytes) });
    row.append(button(file));
  } else if (file.state === "failed") {
    state.textContent = say("failed");
  } else {
    state.textContent = file.state === "asked" ? say("waits") : say("running", { percent: percent(file.done / 1000) });
    row.append(bar(file.done / 1000, say("running_label")));
  }
  return row;
}

/**
 * @param {number} done
 * @param {string} label
 */
function bar(done, label) {
  const made = document.createElement("progress");
  made.className = "saving-bar";
  made.max = 1;
  made.value = done;
  made.setAttribute("aria-label", label);
  return made;
}

/** @param {Made} file */
function button(file) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button compact";
  made.id = `saving-take-${file.id}`;
  made.textContent = say("take");
  made.setAttribute("aria-label", say("take_label", { what: say(file.what, { name: file.name }) }));
  made.addEventListener("click", () => ask(file));
  return made;
}

/** @param {Made} file */
function ask(file) {
  const answer = element("saving-yes", HTMLButtonElement);
  answer.onclick = () => {
    question.close();
    void take(file);
  };
  question.showModal();
}

/** @param {Made} file */
async function take(file) {
  trouble("");
  const type = file.what === "voice" ? "audio/mp4" : "video/mp4";
  const name = `${[data.name, file.name].filter(Boolean).join(" ")}${file.what === "voice" ? ".m4a" : ".mp4"}`;
  let sink;
  try {
    sink = await chooseSink(name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, "-"), type);
  } catch {
    return; // changed their mind about where it goes
  }
  try {
    told(file, 0);
    await download(api, file.id, sink, (done) => told(file, done));
    status.textContent = say("taken");
  } catch (fault) {
    complain(fault);
  } finally {
    taking.delete(file.id);
    show();
  }
}

/**
 * @param {Made} file
 * @param {number} done
 */
function told(file, done) {
  taking.set(file.id, done);
  show();
}

/** @param {unknown} fault */
function complain(fault) {
  if (fault instanceof Unreadable || (fault instanceof ApiError && fault.code === "cut_short")) {
    trouble(say("unreadable"));
  } else if (fault instanceof ApiError) trouble(fault.message || say(fault.status ? "not_there" : "unreachable"));
  else trouble(say("disk"));
}

/** @param {string} sentence */
function trouble(sentence) {
  element("saving-trouble", HTMLElement).hidden = !sentence;
  element("saving-trouble-text", HTMLElement).textContent = sentence;
}

/** @param {number} done 0 to 1 */
function percent(done) {
  return done.toLocaleString(document.documentElement.lang, { style: "percent" });
}

/** @param {number} bytes */
function size(bytes) {
  const mega = bytes / 1e6;
  const shownAs = mega < 1000 ? mega : mega / 1000;
  const unit = mega < 1000 ? say("megabytes") : say("gigabytes");
  const digits = shownAs < 10 ? 1 : 0;
  return `${shownAs.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })}\u202f${unit}`;
}
