// The smallest client of docs/protocol.md, for tests of the worker: joins, sends fake devices, counts what arrives.

import { activate, fit, recode } from "/room/wire/encodings.js";
import { CAMERA } from "/room/wire/offer.js";

const SEATS = 3;

/** Says what the test asks for in `window.state`. */
const state = { paused: [], codecs: {}, active: null, speaker: null, hello: null, people: {}, seats: [], voices: [], levels: {}, pongs: 0, connection: "", last: "" };
window.state = state;

/**
 * Joins as `name`; resolves once connected. `simulcast`: the camera has three encodings. `send`, `receive`: codecs by
 * MIME type, liked best first (null: as the browser has them). `mode`: scalability of the camera. `extend`: header
 * extensions to offer beside the usual ones.
 */
window.join = async (
  name,
  { simulcast = false, width = 640, height = 360, send = null, receive: take = null, mode = null, extend = [] } = {},
) => {
  const pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  window.pc = pc;
  const devices = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    video: { width, height },
  });
  const slots = ["audio", "video", "video", "audio"].map((kind, place) =>
    pc.addTransceiver(kind, { direction: "sendonly", sendEncodings: encodings(simulcast && place === 1, mode) }),
  );
  await slots[0].sender.replaceTrack(devices.getAudioTracks()[0]);
  await slots[1].sender.replaceTrack(devices.getVideoTracks()[0]);
  if (simulcast) await fit(slots[1].sender, { width, height });
  window.slots = slots;
  for (let seat = 0; seat < SEATS; seat += 1) {
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
  }
  for (const transceiver of pc.getTransceivers()) {
    prefer(transceiver, slots.includes(transceiver) ? send : take);
    const extensions = transceiver.getHeaderExtensionsToNegotiate?.() ?? [];
    for (const one of extensions) if (extend.includes(one.uri)) one.direction = "sendrecv";
    if (extend.length > 0) transceiver.setHeaderExtensionsToNegotiate(extensions);
  }
  for (let voice = 0; voice < 3; voice += 1) pc.addTransceiver("audio", { direction: "recvonly" });
  const room = pc.createDataChannel("room", { negotiated: true, id: 0 });
  const pulse = pc.createDataChannel("pulse", { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
  window.room = room;
  room.onmessage = ({ data }) => receive(room, JSON.parse(data));
  pulse.onmessage = ({ data }) => receive(room, JSON.parse(data));
  pulse.onopen = () => setInterval(() => pulse.readyState === "open" && pulse.send('{"type":"ping","n":1}'), 500);
  pc.ontrack = ({ track, streams }) => play(track, streams[0].id);
  pc.onconnectionstatechange = () => { state.connection = pc.connectionState; };
  await pc.setLocalDescription();
  window.offer = pc.localDescription.sdp;
  const answer = await fetch(`/join?name=${name}`, { method: "POST", body: pc.localDescription.sdp });
  window.answer = await answer.text();
  if (!answer.ok) throw new Error(window.answer);
  await pc.setRemoteDescription({ type: "answer", sdp: window.answer });
};

/** The encodings of a video slot. */
function encodings(simulcast, mode) {
  const scalability = mode ? { scalabilityMode: mode } : {};
  return simulcast ? CAMERA.map((one) => ({ ...one, ...scalability })) : [{ ...scalability }];
}

/** Offers only these codecs of a transceiver's kind, in this order; of the other kind the browser's own. */
function prefer(transceiver, wanted) {
  const { kind } = transceiver.receiver.track;
  const own = wanted?.filter((type) => type.startsWith(kind)) ?? [];
  if (own.length === 0) return;
  const { codecs } = RTCRtpReceiver.getCapabilities(kind);
  const chosen = own.flatMap((type) => codecs.filter(({ mimeType }) => mimeType.toLowerCase() === type));
  const repairs = codecs.filter(({ mimeType }) => mimeType === "video/rtx");
  transceiver.setCodecPreferences([...chosen, ...repairs]);
}

function receive(room, message) {
  state.last = message.type;
  if (message.type === "hello") {
    state.hello = message;
    state.seats = message.seats;
    state.voices = message.voices;
    for (const person of message.participants) state.people[person.id] = person;
    room.send(JSON.stringify({ type: "up", microphone: true, camera: true }));
  } else if (message.type === "seats") {
    for (const seat of message.seats) state.seats[seat.seat] = seat;
    for (const voice of message.voices) state.voices[voice.voice] = voice;
  } else if (message.type === "participant") {
    state.people[message.participant.id] = message.participant;
  } else if (message.type === "layers") {
    state.active = message.active;
    void activate(window.slots[1].sender, message.active);
  } else if (message.type === "codec") {
    const sender = window.slots[message.slot === "screen" ? 2 : 1].sender;
    void recode(sender, message.codec).then((done) => { state.codecs[message.slot] = done ? message.codec : "refused"; });
  } else if (message.type === "paused") {
    state.paused = message.seats;
  } else if (message.type === "speaker") {
    state.speaker = message.participant;
  } else if (message.type === "levels") {
    state.levels = message.levels;
  } else if (message.type === "pong") {
    state.pongs += 1;
  }
}

/** Says which seats are shown, as `[seat, height]` pairs. */
window.show = (seats) =>
  window.room.send(
    JSON.stringify({
      type: "show",
      seats: seats.map(([seat, height]) => ({ seat, width: Math.round((height * 16) / 9), height })),
    }),
  );

/** By person: the height of the camera's picture as decoded last, how many frames came, how often it froze. */
window.seen = async () => {
  const found = {};
  for (const report of (await window.pc.getStats()).values()) {
    if (report.type !== "inbound-rtp" || report.kind !== "video") continue;
    const seat = state.seats.find((one) => window.tracks[`seat-${one.seat}`] === report.trackIdentifier);
    if (!seat?.participant) continue;
    const { frameHeight = 0, framesDecoded = 0, freezeCount = 0 } = report;
    found[`${seat.participant} ${seat.source}`] = { height: frameHeight, frames: framesDecoded, freezes: freezeCount };
  }
  return found;
};

/** What comes in, by kind: codecs of what is received now, with the concealed and all samples of sound. */
window.received = async () => {
  const found = { video: [], audio: [], concealed: 0, samples: 0, silent: 0, captured: 0 };
  const stats = await window.pc.getStats();
  for (const report of stats.values()) {
    if (report.type !== "inbound-rtp" || !report.packetsReceived) continue;
    found[report.kind].push(stats.get(report.codecId)?.mimeType.toLowerCase());
    if (report.kind !== "audio") continue;
    found.concealed += report.concealedSamples || 0;
    found.silent += report.silentConcealedSamples || 0;
    found.samples += report.totalSamplesReceived || 0;
  }
  for (const { receiver } of window.pc.getTransceivers())
    for (const source of receiver.getSynchronizationSources()) if (source.captureTimestamp) found.captured += 1;
  return found;
};

/**
 * By person: how sound and camera fared so far. Samples of 1/48,000 s (those made up, and of them those made up as silence
 * because silence isn't sent), decoded frames, freezes and their seconds, height.
 */
window.fared = async () => {
  const found = {};
  for (const report of (await window.pc.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    const place = Number(report.mid) - window.slots.length;
    const seat = place < 2 * SEATS ? state.seats[place >> 1] : null;
    if (!seat?.participant || seat.source !== "camera") continue;
    const person = (found[seat.participant] ??= {});
    if (report.kind === "audio")
      Object.assign(person, {
        samples: report.totalSamplesReceived || 0,
        concealed: report.concealedSamples || 0,
        silent: report.silentConcealedSamples || 0,
      });
    else
      Object.assign(person, {
        frames: report.framesDecoded || 0,
        freezes: report.freezeCount || 0,
        frozen: report.totalFreezesDuration || 0,
        height: report.frameHeight || 0,
      });
  }
  return found;
};

/** Puts the microphone's sound off or on, without saying so: what stays is silence. */
window.silence = (on) => {
  window.slots[0].sender.track.enabled = !on;
};

/** Says that slots are on or off. */
window.up = (slots) => window.room.send(JSON.stringify({ type: "up", ...slots }));

/** Whether somebody's camera is on, as far as we were told. */
window.camera = (id) => state.people[id]?.up.camera;

/** Shares a drawn picture in place of a screen: headless browsers have none. */
window.shareScreen = async ({ width = 320, height = 180 } = {}) => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  let step = 0;
  setInterval(() => {
    step += 1;
    context.fillStyle = `hsl(${step % 360} 80% 50%)`;
    context.fillRect(0, 0, width, height);
  }, 50);
  const [track] = canvas.captureStream(20).getVideoTracks();
  track.contentHint = "detail";
  await window.slots[2].sender.replaceTrack(track);
  window.up({ screen: true });
};

/** The sources of the seats whose video is moving. */
window.playing = () =>
  state.seats
    .filter(({ seat, participant }) => participant && document.getElementById(`seat-${seat}-video`)?.currentTime > 0.2)
    .map(({ source }) => source);

window.tracks = {};

function play(track, stream) {
  if (track.kind === "video") window.tracks[stream] = track.id;
  const element = document.createElement(track.kind);
  element.id = `${stream}-${track.kind}`;
  element.autoplay = true;
  element.muted = track.kind === "video";
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
}

/** What has arrived so far, added up over all receivers, and by m-line. */
window.arrived = async () => {
  const sums = { frames: 0, energy: 0, keyframes: 0, lost: 0, nacks: 0, repaired: 0, freezes: 0, profile: "", sent: 0 };
  for (const report of (await window.pc.getStats()).values()) {
    if (report.type === "inbound-rtp" && report.kind === "video") {
      sums.frames += report.framesDecoded || 0;
      sums.keyframes += report.keyFramesDecoded || 0;
      sums.freezes += report.freezeCount || 0;
    }
    if (report.type === "inbound-rtp") {
      sums.lost += report.packetsLost || 0;
      sums.nacks += report.nackCount || 0;
      sums.repaired += report.retransmittedPacketsReceived || 0;
    }
    if (report.type === "inbound-rtp" && report.kind === "audio") sums.energy += report.totalAudioEnergy || 0;
    if (report.type === "transport") sums.profile = report.srtpCipher || "";
    if (report.type === "candidate-pair" && report.nominated) sums.sent = report.availableOutgoingBitrate || 0;
  }
  return sums;
};
