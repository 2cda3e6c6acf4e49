/** Puts the room together: wire under call under screen. */

import { Call } from "./call/call.js";
import { Devices } from "./call/devices.js";
import { Share } from "./call/share.js";
import { browserClock } from "./clock.js";
import { readRoomData, speak } from "./screen/page.js";
import { showRoom } from "./screen/screen.js";
import { Api } from "./wire/api.js";
import { Connection } from "./wire/join.js";

const data = readRoomData();
const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const api = new Api(data.occurrence, csrf);

/** @type {MediaDevices | undefined} absent outside of a secure context, whatever the types say */
const media = navigator.mediaDevices;

const devices = new Devices(media);
const call = new Call(
  {
    api,
    connect: (seats, relays) => new Connection(api, browserClock, seats, relays),
    devices,
    share: new Share(media),
    clock: browserClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
  },
  data.role,
  { fleeting: data.keep === "none", organises: data.organises },
);

speak(data.words);
showRoom(call, data);

// What mends devices is fetched after what shows them.
void import("./call/healing.js").then(({ Healing }) =>
  new Healing(devices, browserClock, navigator.permissions).watch(document),
);

// A closed tab says goodbye; otherwise its tile would stay until the worker has heard nothing for 8 s.
addEventListener("pagehide", () => {
  if (call.state !== "preview") call.leave();
});

addEventListener("online", () => call.hurry());
