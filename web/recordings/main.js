/** Puts the player together: a press on the button begins a viewing. */

import { browserClock } from "../room/clock.js";
import { element } from "../room/screen/page.js";
import { ApiError } from "../room/wire/api.js";
import { Player } from "./player.js";
import { Controls } from "./screen/controls.js";
import { Faces } from "./screen/faces.js";
import { showLanes } from "./screen/lanes.js";
import { Messages } from "./screen/messages.js";
import { Sound } from "./screen/sound.js";
import { say, speak } from "./screen/words.js";
import { Store } from "./store.js";
import { clockTime } from "./timeline.js";
import { ViewingApi } from "./wire/viewing.js";

const data = JSON.parse(element("recording-data", HTMLScriptElement).text);
speak(data.words);

const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const api = new ViewingApi(data.recording, csrf);
const start = element("watch", HTMLButtonElement);
const status = element("player-status", HTMLElement);

/** Milliseconds one needs for a sentence. */
const READ = 6_000;
let jumped = { words: "", at: -Infinity };

start.addEventListener("click", () => void watch());
if (!("MediaSource" in window)) {
  start.disabled = true;
  complain(say("no_player"));
}

async function watch() {
  start.disabled = true;
  const sound = new Sound();
  sound.wake();
  try {
    const viewing = await api.begin();
    show(new Player(viewing, new Store(api, viewing, browserClock.now), browserClock), sound);
  } catch (fault) {
    sound.close();
    start.disabled = false;
    complain((fault instanceof ApiError && fault.message) || say("unreachable"));
  }
}

/**
 * @param {Player} player
 * @param {Sound} sound
 */
function show(player, sound) {
  element("before", HTMLElement).hidden = true;
  element("player", HTMLElement).hidden = false;
  element("player-trouble", HTMLElement).hidden = true;
  if (!player.lines.length) return complain(say("nothing"));
  const places = {
    stage: element("stage", HTMLElement),
    faces: element("faces", HTMLElement),
    shared: element("shared", HTMLElement),
  };
  const faces = new Faces(player, sound, places);
  const controls = new Controls(player, sound);
  const messages = new Messages(element("messages", HTMLElement), player);
  element("written", HTMLElement).hidden = player.viewing.chat.length === 0;
  showLanes(element("lanes", HTMLElement), player);
  player.on("beat", (at) => {
    faces.show(at);
    controls.show(at);
    messages.show(at);
    element("unplayable", HTMLElement).hidden = !player.decks.some((deck) => deck.unplayable);
    tell(player.state);
  });
  player.on("state", (state) => {
    controls.state(state);
    if (state === "over") complain(player.reason || say("over"));
  });
  player.on("jumped", (hole) => {
    jumped = { words: say("jumped", { from: clockTime(hole.start), to: clockTime(hole.end) }), at: browserClock.now() };
  });
  addEventListener("pagehide", () => player.close(), { once: true });
  element("toggle", HTMLButtonElement).focus();
  player.play();
}

/** @param {import("./player.js").PlayerState} state in words; what was jumped stands long enough to be read */
function tell(state) {
  const fresh = browserClock.now() - jumped.at < READ;
  const words = fresh ? jumped.words : state === "waits" || state === "ended" ? say(state) : "";
  if (status.textContent !== words) status.textContent = words;
}

/** @param {string} sentence */
function complain(sentence) {
  const trouble = element("player-trouble", HTMLElement);
  trouble.hidden = false;
  element("player-trouble-text", HTMLElement).textContent = sentence;
}
