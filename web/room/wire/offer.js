/** The layout of an offer (docs/protocol.md, section 2): fixed send slots, seats and voices, one data section. */

import { SLOTS } from "./messages.js";

/**
 * What an offer is made with, the smallest that will do: most meetings fit into the first, and going in is fastest with
 * it; the last is what a page shows at most (docs/decisions/0120).
 */
const SEATS = [12, 25, 49];

/** @param {number} faces beside each other */
export function seatsFor(faces) {
  return SEATS.find((seats) => seats >= faces) ?? SEATS[SEATS.length - 1];
}

/** People heard without a seat. */
export const VOICES = 3;

/**
 * The camera's encodings, lowest first (docs/protocol.md, section 2): a tile, a quarter of the window, the whole of it.
 *
 * @type {readonly RTCRtpEncodingParameters[]}
 */
export const CAMERA = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000, maxFramerate: 30 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000, maxFramerate: 30 },
  { rid: "f", maxBitrate: 1_500_000, maxFramerate: 30 },
];

/**
 * What we offer of each kind, liked best first: a profile each that everybody decodes. Offering all a browser can makes
 * an offer 2.5 times as long.
 */
const CODECS = {
  audio: ["audio/red", "audio/opus"],
  video: [
    "video/vp8",
    "video/vp9;profile-id=0",
    "video/h264;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "video/av1;level-idx=5;profile=0;tier=0",
    "video/rtx",
  ],
};

/** @type {readonly RTCRtpEncodingParameters[]} Text must stay sharp; movement may stutter. */
const SCREEN = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

/** @type {Record<import("./messages.js").Slot, {kind: "audio" | "video", encodings: readonly RTCRtpEncodingParameters[]}>} */
const SEND = {
  microphone: { kind: "audio", encodings: [{ maxBitrate: 40_000 }] },
  camera: { kind: "video", encodings: CAMERA },
  screen: { kind: "video", encodings: SCREEN },
  screen_sound: { kind: "audio", encodings: [{ maxBitrate: 96_000 }] },
};

/**
 * @typedef {object} Layout
 * @property {Record<import("./messages.js").Slot, RTCRtpSender>} slots
 * @property {{audio: MediaStreamTrack, video: MediaStreamTrack}[]} seats
 * @property {MediaStreamTrack[]} voices
 */

/**
 * Adds the transceivers in the protocol's order. Data channels must exist before the offer is made; their section comes
 * last whenever they were created (RFC 9429, section 5.2.1).
 *
 * @param {RTCPeerConnection} peer
 * @param {number} [seats]
 * @param {number} [voices]
 * @returns {Layout}
 */
export function layOut(peer, seats = seatsFor(0), voices = VOICES) {
  const codecs = { audio: chosen("audio"), video: chosen("video") };
  /**
   * @param {"audio" | "video"} kind
   * @param {RTCRtpTransceiverInit} init
   */
  const add = (kind, init) => {
    const transceiver = peer.addTransceiver(kind, init);
    if (codecs[kind].length > 0) transceiver.setCodecPreferences(codecs[kind]);
    return transceiver;
  };
  const sending = SLOTS.map((slot) => {
    const { kind, encodings } = SEND[slot];
    return [slot, add(kind, { direction: "sendonly", sendEncodings: encodings.map((one) => ({ ...one })) }).sender];
  });
  const receive = (/** @type {"audio" | "video"} */ kind) => add(kind, { direction: "recvonly" }).receiver.track;
  return {
    slots: Object.fromEntries(sending),
    seats: Array.from({ length: seats }, () => ({ audio: receive("audio"), video: receive("video") })),
    voices: Array.from({ length: voices }, () => receive("audio")),
  };
}

/**
 * Those of `CODECS` that this browser has.
 *
 * @param {"audio" | "video"} kind
 */
function chosen(kind) {
  const own = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  return CODECS[kind].flatMap((wanted) => {
    const [type, profile] = wanted.split(/;(.*)/s);
    return own.filter((one) => one.mimeType.toLowerCase() === type && (!profile || same(profile, one.sdpFmtpLine)));
  });
}

/**
 * Whether a codec's parameters are those wanted; what it doesn't say may be anything.
 *
 * @param {string} wanted
 * @param {string} [own]
 */
function same(wanted, own = "") {
  const said = new Map(own.split(";").map((pair) => /** @type {[string, string]} */ (pair.trim().split("="))));
  return wanted.split(";").every((pair) => {
    const [name, value] = pair.split("=");
    return (said.get(name) ?? value).toLowerCase() === value;
  });
}
