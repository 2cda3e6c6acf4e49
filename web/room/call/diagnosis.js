/** Why the meeting is not well heard or seen, from what the browser counts (W3C webrtc-stats). Pure. */

/** Limits from which on something is worth a sentence. */
const LOSS = 0.02;
const SLOW = 0.25;
const JITTER = 0.04;
const NARROW = 300_000;

/**
 * @typedef {Iterable<[string, any]> & {forEach: (action: (one: any) => void) => void}} Report
 * @typedef {"loss_up" | "loss_down" | "slow" | "jitter" | "narrow" | "busy" | "held" | "relayed"} Reason
 *
 * @typedef {object} Facts numbers are null while unknown
 * @property {number | null} delay seconds there and back
 * @property {number | null} lossUp part of the packets
 * @property {number | null} lossDown
 * @property {number | null} jitter seconds
 * @property {number | null} up bits per second sent
 * @property {number | null} down
 * @property {{width: number, height: number, rate: number} | null} picture one's own, as it is sent at its largest
 * @property {boolean | null} relayed
 *
 * @typedef {{at: number, sent: number, received: number, lost: number, arrived: number}} Mark counters at a moment
 */

/**
 * @param {Report} report of `getStats`
 * @param {Mark | null} before what the last call returned as `mark`
 * @param {number} held how many pictures the worker holds back
 * @returns {{facts: Facts, reasons: Reason[], mark: Mark}}
 */
export function diagnose(report, before, held) {
  const found = sorted(report);
  const mark = count(found);
  const span = before ? (mark.at - before.at) / 1000 : 0;
  const rate = (/** @type {"sent" | "received"} */ of) => (before && span > 0 ? (8 * (mark[of] - before[of])) / span : null);
  const { pair, remotes, outbound, inbound, locals } = found;
  const route = locals.get(pair?.localCandidateId);
  /** @type {Facts} */
  const facts = {
    delay: pair?.currentRoundTripTime ?? null,
    lossUp: remotes.length ? Math.max(...remotes.map(({ fractionLost }) => fractionLost ?? 0)) : null,
    lossDown: before ? part(mark.lost - before.lost, mark.arrived - before.arrived) : null,
    jitter: inbound.length ? Math.max(...inbound.map(({ jitter }) => jitter ?? 0)) : null,
    up: rate("sent"),
    down: rate("received"),
    picture: largest(outbound),
    relayed: route ? route.candidateType === "relay" : null,
  };
  const busy = outbound.some((one) => one.qualityLimitationReason === "cpu");
  const narrow = outbound.some((one) => one.qualityLimitationReason === "bandwidth");
  const room = pair?.availableOutgoingBitrate ?? Infinity;
  /** @type {[Reason, boolean][]} */
  const judged = [
    ["loss_up", (facts.lossUp ?? 0) >= LOSS],
    ["loss_down", (facts.lossDown ?? 0) >= LOSS],
    ["slow", (facts.delay ?? 0) >= SLOW],
    ["jitter", (facts.jitter ?? 0) >= JITTER],
    ["narrow", narrow && room < NARROW],
    ["busy", busy],
    ["held", held > 0],
    ["relayed", facts.relayed === true],
  ];
  return { facts, reasons: judged.filter(([, holds]) => holds).map(([reason]) => reason), mark };
}

/** @param {Report} report */
function sorted(report) {
  /** @type {any[]} */
  const all = [];
  report.forEach((one) => all.push(one));
  const of = (/** @type {string} */ type) => all.filter((one) => one.type === type);
  const pairs = of("candidate-pair").filter((one) => one.nominated && one.state === "succeeded");
  return {
    pair: pairs.sort((a, b) => (b.bytesReceived ?? 0) - (a.bytesReceived ?? 0))[0],
    remotes: of("remote-inbound-rtp"),
    outbound: of("outbound-rtp").filter((one) => one.active !== false),
    inbound: of("inbound-rtp").filter((one) => one.packetsReceived > 0),
    locals: new Map(of("local-candidate").map((one) => [one.id, one])),
    transport: of("transport")[0],
    at: Math.max(0, ...all.map((one) => one.timestamp ?? 0)),
  };
}

/**
 * @param {ReturnType<typeof sorted>} found
 * @returns {Mark}
 */
function count({ pair, transport, inbound, at }) {
  const path = transport ?? pair;
  return {
    at,
    sent: path?.bytesSent ?? 0,
    received: path?.bytesReceived ?? 0,
    lost: inbound.reduce((sum, one) => sum + Math.max(0, one.packetsLost ?? 0), 0),
    arrived: inbound.reduce((sum, one) => sum + one.packetsReceived, 0),
  };
}

/**
 * @param {number} lost
 * @param {number} arrived
 */
function part(lost, arrived) {
  return lost + arrived > 0 ? Math.max(0, lost) / (Math.max(0, lost) + arrived) : 0;
}

/** @param {any[]} outbound */
function largest(outbound) {
  const sent = outbound.filter((one) => one.frameHeight > 0).sort((a, b) => b.frameHeight - a.frameHeight)[0];
  return sent ? { width: sent.frameWidth, height: sent.frameHeight, rate: Math.round(sent.framesPerSecond ?? 0) } : null;
}
