/** One try of the way to a worker: a real exchange of keys and pings, in no room (docs/protocol.md, section 9). */

import { Channels } from "./channels.js";
import { pathOf } from "./path.js";

/** Milliseconds from the answer: keys over the slowest line, and over TLS to a relay and back. */
const DIRECT = 5000;
const RELAYED = 10_000;

/**
 * @typedef {import("./path.js").Path & {roundTrip: number | null}} Found `roundTrip`: milliseconds, where the browser says
 */

/**
 * Tries the direct way, or with `relays` those alone. Null: no way. Raises `ApiError`.
 *
 * @param {Pick<import("./check_api.js").CheckApi, "check">} api
 * @param {import("../clock.js").Clock} clock
 * @param {RTCIceServer[]} relays
 * @returns {Promise<Found | null>}
 */
export async function tryWay(api, clock, relays) {
  const peer = new RTCPeerConnection({ iceServers: relays, iceTransportPolicy: relays.length > 0 ? "relay" : "all" });
  const channels = new Channels(peer, clock);
  try {
    const greeted = new Promise((resolve) => channels.on("message", () => resolve(true)));
    await peer.setLocalDescription();
    const answer = await api.check(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    const late = new Promise((resolve) => clock.after(relays.length > 0 ? RELAYED : DIRECT, () => resolve(false)));
    if (!(await Promise.race([greeted, late]))) return null;
    const report = /** @type {any} */ (await peer.getStats());
    const path = pathOf(report);
    return path && { ...path, roundTrip: roundTripOf(report) };
  } finally {
    channels.close();
    peer.close();
  }
}

/** @param {Iterable<[string, any]>} report */
function roundTripOf(report) {
  const times = [...report].map(([, one]) => one.currentRoundTripTime).filter((time) => time > 0);
  return times.length > 0 ? Math.round(Math.min(...times) * 1000) : null;
}
