/** Which way media takes, read from a browser's own statistics (W3C WebRTC statistics). Pure. */

/**
 * @typedef {"udp" | "tcp" | "tls"} RelayProtocol between the browser and the relay
 * @typedef {{relayed: boolean, protocol: RelayProtocol | null}} Path `protocol` only where it is relayed and known
 */

/**
 * The path of the candidate pair in use, or null when there is none.
 *
 * @param {Iterable<[string, any]>} report an `RTCStatsReport`
 * @returns {Path | null}
 */
export function pathOf(report) {
  const stats = new Map(report);
  const all = [...stats.values()];
  const transport = all.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  // Firefox has no transport entry; it marks the pair.
  const pair = transport
    ? stats.get(transport.selectedCandidatePairId)
    : all.find((one) => one.type === "candidate-pair" && (one.selected || (one.nominated && one.state === "succeeded")));
  const local = stats.get(pair?.localCandidateId);
  if (!local) return null;
  const relayed = local.candidateType === "relay";
  return { relayed, protocol: relayed ? (local.relayProtocol ?? null) : null };
}
