// Offers as this browser writes them, for the corpus in tests/unit/media_workers/offers.

import { CAMERA, layOut } from "/room/wire/offer.js";

const CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

/** What a page that knows no preferences offers: four slots, seats, voices, channels. */
function plain(peer, seats) {
  const kinds = ["audio", "video", "video", "audio"];
  for (const [place, kind] of kinds.entries())
    peer.addTransceiver(kind, { direction: "sendonly", sendEncodings: place === 1 ? CAMERA.map((one) => ({ ...one })) : [{}] });
  for (let seat = 0; seat < seats; seat += 1)
    for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "recvonly" });
  peer.addTransceiver("audio", { direction: "recvonly" });
}

/** Offers every header extension the browser has. */
function extend(peer) {
  for (const transceiver of peer.getTransceivers()) {
    const extensions = transceiver.getHeaderExtensionsToNegotiate?.();
    if (!extensions) continue;
    for (const one of extensions) if (one.uri === CAPTURE_TIME) one.direction = "sendrecv";
    transceiver.setHeaderExtensionsToNegotiate(extensions);
  }
}

function channels(peer) {
  peer.createDataChannel("room", { negotiated: true, id: 0 });
  peer.createDataChannel("pulse", { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
}

/** How each offer of the corpus is made, by name. */
const KINDS = {
  "room-9": (peer) => (channels(peer), layOut(peer, 9)),
  "room-25": (peer) => (channels(peer), layOut(peer, 25)),
  "room-49": (peer) => (channels(peer), layOut(peer, 49)),
  "all-codecs": (peer) => (channels(peer), plain(peer, 3), extend(peer)),
  encoder: (peer) => {
    for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "sendonly" });
  },
  player: (peer) => {
    for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
  },
};

/** All of them, by name. */
window.offers = async () => {
  const made = {};
  for (const [name, lay] of Object.entries(KINDS)) {
    const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
    lay(peer);
    made[name] = (await peer.createOffer()).sdp;
    peer.close();
  }
  return made;
};
