/** What hosts did to us, hands and reactions of the others, the door: each told in a line, each seen on its tile. */

import { SIGNS } from "./hand.js";
import { button, element, icon, make, say } from "./page.js";

/** Milliseconds a reaction stands on a tile. */
const SEEN = 4000;

/** Milliseconds a question stands: who was asked may be speaking. */
const ASKED = 60_000;

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 * @param {import("../call/view.js").View} view what is on the stage
 */
export function tellHappenings(call, notices, view) {
  const { floor, roster } = call;
  floor.on("moderated", ({ act, by }) => notices.tell(say(`did_${act}`, { by: by || say("the_host") })));
  floor.on("asked", (asked) => askToSwitchOn(call, asked));
  floor.on("raised", ({ id, name }) => {
    if (id === roster.you) notices.whisper(say("you_raised"));
    else notices.tell(say("raised", { name }));
  });
  let locked = false;
  floor.on("door", (door) => {
    if (door.locked !== locked) notices.tell(say(door.locked ? "now_locked" : "now_unlocked"));
    locked = door.locked;
  });
  floor.on("reaction", ({ participant, reaction }) => show(call, notices, participant, reaction));
  roster.on("changed", () => markHands(call));
  view.on("changed", () => markHands(call));
}

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 * @param {string} participant
 * @param {string} reaction
 */
function show(call, notices, participant, reaction) {
  const person = call.roster.people.get(participant);
  if (!person || !Object.hasOwn(SIGNS, reaction)) return;
  const sign = SIGNS[/** @type {keyof typeof SIGNS} */ (reaction)];
  const words = say(`react_${reaction}`);
  const bubble = make("span", { class: "reaction", "aria-hidden": "true" }, icon(sign), words);
  const tile = tileOf(participant);
  const line = say("reacts", { name: person.name, reaction: words });
  if (tile) tile.append(bubble);
  if (tile) notices.whisper(line);
  else notices.tell(line);
  call.parts.clock.after(SEEN, () => bubble.remove());
}

/**
 * A host asks for microphone or camera. One question at a time, the newest; unanswered it goes away.
 *
 * @param {import("../call/call.js").Call} call
 * @param {{slot: "microphone" | "camera", by: string}} asked
 */
function askToSwitchOn(call, { slot, by }) {
  const line = make("div", { class: "notice-line question", role: "alert" }, make("p", {}, say(`asked_${slot}`, { by })));
  const close = () => line.remove();
  const agree = () => {
    close();
    void call.devices.turn(slot, true);
  };
  const answers = [button(say(`${slot}_off`), agree, "primary"), button(say("not_now"), close)];
  line.append(make("span", { class: "answers" }, ...answers));
  document.querySelectorAll(".notice-line.question").forEach((older) => older.remove());
  element("notices", HTMLElement).before(line);
  call.parts.clock.after(ASKED, close);
}

/** @param {import("../call/call.js").Call} call */
function markHands(call) {
  const { hands } = call.floor;
  for (const tile of document.querySelectorAll("#tiles .tile.camera")) {
    const turn = hands.findIndex((one) => one.id === tile.getAttribute("data-participant")) + 1;
    const mark = tile.querySelector(".hand-mark");
    if (turn === 0) mark?.remove();
    else if (mark) mark.lastChild?.replaceWith(String(turn));
    else tile.append(make("span", { class: "hand-mark", "aria-hidden": "true" }, icon("hand"), String(turn)));
  }
}

/** @param {string} participant */
function tileOf(participant) {
  return document.querySelector(`#tiles .tile.camera[data-participant="${CSS.escape(participant)}"]`);
}
