/** Puts the check together: devices and network, tried one beside the other, and a page that says what was found. */

import { Devices } from "./call/devices.js";
import { Healing } from "./call/healing.js";
import { tryNetwork } from "./call/network.js";
import { browserClock } from "./clock.js";
import { CheckPage } from "./screen/check_page.js";
import { readRoomData, speak } from "./screen/page.js";
import { CheckApi } from "./wire/check_api.js";

speak(readRoomData().words);
const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const api = new CheckApi(csrf);
/** @type {MediaDevices | undefined} absent outside of a secure context, whatever the types say */
const media = navigator.mediaDevices;
const devices = new Devices(media);
new Healing(devices, browserClock, navigator.permissions).watch(document);
new CheckPage(devices, browserClock, () => tryNetwork(api, browserClock));
