/**
 * The smallest client of docs/protocol.md: the wire modules of the room, and nothing else of it. It shows who is here,
 * sends microphone and camera, and joins again when the worker asks for it or is gone.
 */

import { browserClock } from "../room/clock.js";
import { Api } from "../room/wire/api.js";
import { Connection } from "../room/wire/join.js";

/** @typedef {import("../room/wire/messages.js").Hello} Hello */

const occurrence = window.location.hash.slice(1);
const state = /** @type {HTMLElement} */ (document.querySelector("#state"));
const people = /** @type {HTMLElement} */ (document.querySelector("#people"));
const sound = /** @type {HTMLElement} */ (document.querySelector("#sound"));
const join = /** @type {HTMLButtonElement} */ (document.querySelector("#join"));
const leave = /** @type {HTMLButtonElement} */ (document.querySelector("#leave"));

/** The value that proves that requests come from a page of ours stands in every page: section 1. */
async function csrf() {
  const page = await (await fetch(`/m/${encodeURIComponent(occurrence)}`)).text();
  const found = new DOMParser().parseFromString(page, "text/html").querySelector('meta[name="csrf-token"]');
  return found?.getAttribute("content") ?? "";
}

/** @param {Api} api */
async function enter(api) {
  const connection = new Connection(api, browserClock);
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  await connection.put("microphone", devices.getAudioTracks()[0]);
  await connection.put("camera", devices.getVideoTracks()[0]);
  const hello = await connection.open();
  connection.announce({ microphone: true, camera: true });
  const room = new Room(connection, hello);
  connection.on("message", (message) => room.hear(message));
  const again = () => void enter(api).catch(say);
  connection.on("lost", again);
  connection.on("message", ({ type }) => type === "rejoin" && again());
  leave.onclick = () => {
    connection.leave();
    for (const track of devices.getTracks()) track.stop();
    say("left");
    leave.disabled = true;
  };
  leave.disabled = false;
  say("joined");
}

/** Who is here and who sits where, drawn anew at each change: section 3. */
class Room {
  /**
   * @param {Connection} connection
   * @param {Hello} hello
   */
  constructor(connection, hello) {
    this.connection = connection;
    this.you = hello.you;
    this.here = new Map(hello.participants.map((one) => [one.id, one]));
    this.seats = new Map(hello.seats.map((one) => [one.seat, one]));
    const { seats, voices } = connection.streams;
    sound.replaceChildren(...[...seats.map(({ audio }) => audio), ...voices].map((stream) => player("audio", stream)));
    this.draw();
  }

  /** @param {{type: string, [field: string]: any}} message of channel 0; a type not named here is passed over */
  hear(message) {
    if (message.type === "participant") this.here.set(message.participant.id, message.participant);
    if (message.type === "left") this.here.delete(message.participant);
    if (message.type === "seats") for (const one of message.seats) this.seats.set(one.seat, one);
    if (["removed", "replaced", "ended"].includes(message.type)) say(message.type);
    this.draw();
  }

  draw() {
    const shown = [...this.here.values()].map(({ id, name }) => {
      const entry = document.createElement("li");
      entry.append(name);
      for (const { seat, participant } of this.seats.values()) {
        if (participant === id) entry.append(player("video", this.connection.streams.seats[seat].video));
      }
      return entry;
    });
    people.replaceChildren(...shown);
  }
}

/**
 * @param {"audio" | "video"} kind
 * @param {MediaStream} stream
 */
function player(kind, stream) {
  const made = document.createElement(kind);
  made.srcObject = stream;
  made.autoplay = true;
  made.muted = kind === "video";
  return made;
}

/** @param {unknown} words */
function say(words) {
  state.textContent = words instanceof Error ? `${words.name}: ${words.message}` : String(words);
}

join.onclick = async () => {
  join.disabled = true;
  await enter(new Api(occurrence, await csrf())).catch(say);
};
