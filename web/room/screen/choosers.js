/** The lists of microphones, cameras and loudspeakers, on the preview and in the room. */

import { KINDS } from "../call/devices.js";
import { element, make, say } from "./page.js";

/**
 * @param {import("../call/devices.js").Devices} devices
 * @param {string} prefix of the elements' ids
 */
export function wireChoosers(devices, prefix) {
  const lists = {
    microphones: element(`${prefix}microphones`, HTMLSelectElement),
    cameras: element(`${prefix}cameras`, HTMLSelectElement),
    speakers: element(`${prefix}speakers`, HTMLSelectElement),
  };
  lists.microphones.addEventListener("change", () => void devices.choose("microphone", lists.microphones.value));
  lists.cameras.addEventListener("change", () => void devices.choose("camera", lists.cameras.value));
  lists.speakers.addEventListener("change", () => devices.hearThrough(lists.speakers.value));
  const draw = () => {
    fill(lists.microphones, devices.lists.microphones, used(devices.microphone));
    fill(lists.cameras, devices.lists.cameras, used(devices.camera));
    fill(lists.speakers, devices.lists.speakers, devices.speaker);
  };
  devices.on("listed", draw);
  devices.on("changed", draw);
}

/** @param {import("../call/devices.js").Device} device */
function used(device) {
  return device.track?.getSettings().deviceId ?? device.chosen;
}

/**
 * @param {HTMLSelectElement} list
 * @param {MediaDeviceInfo[]} devices
 * @param {string} chosen
 */
function fill(list, devices, chosen) {
  const known = devices.some((one) => one.deviceId === chosen);
  const options = devices.map((one, index) => {
    const label = one.label || `${list.labels?.[0]?.textContent ?? ""} ${index + 1}`;
    return make("option", { value: one.deviceId }, label);
  });
  if (!known) options.unshift(make("option", { value: "" }, say("system_choice")));
  list.replaceChildren(...options);
  list.value = known ? chosen : "";
  const field = list.closest(".field");
  if (field instanceof HTMLElement) field.hidden = devices.length === 0;
}

/**
 * What is wrong with microphone and camera, in sentences.
 *
 * @param {import("../call/devices.js").Devices} devices
 * @param {string} id of the element that says it
 */
export function wireFaults(devices, id) {
  const holder = element(id, HTMLElement);
  devices.on("changed", () => {
    const faults = KINDS.map((kind) => faultWords(devices, kind)).filter(Boolean);
    if (holder.textContent !== faults.join("")) holder.replaceChildren(...faults.map((text) => make("p", {}, text)));
  });
}

/**
 * What is wrong with a device, in a sentence; empty when nothing is.
 *
 * @param {import("../call/devices.js").Devices} devices
 * @param {import("../call/devices.js").Kind} kind
 */
export function faultWords(devices, kind) {
  const { fault, held, track } = devices[kind];
  if (fault) return say(`${kind}_${fault}`);
  return track && held ? say(`${kind}_held`) : "";
}
