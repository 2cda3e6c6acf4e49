/** What this network lets through, found by trying it. */

import { ApiError } from "../wire/api.js";
import { tryWay } from "../wire/trial.js";

/**
 * @typedef {"direct" | "relayed" | "blocked" | "untried"} Passage `untried`: nobody answered, so nothing is known
 * @typedef {{passage: Passage, protocol: import("../wire/path.js").RelayProtocol | null, roundTrip: number | null}} Verdict
 */

/**
 * The direct way first, then the relays.
 *
 * @param {Pick<import("../wire/check_api.js").CheckApi, "check" | "checkRelays">} api
 * @param {import("../clock.js").Clock} clock
 * @param {typeof tryWay} [attempt]
 * @returns {Promise<Verdict>}
 */
export async function tryNetwork(api, clock, attempt = tryWay) {
  try {
    const direct = await attempt(api, clock, []);
    if (direct) return { passage: "direct", protocol: null, roundTrip: direct.roundTrip };
    const relays = await api.checkRelays();
    const relayed = relays ? await attempt(api, clock, relays.servers) : null;
    if (relayed) return { passage: "relayed", protocol: relayed.protocol, roundTrip: relayed.roundTrip };
    return { passage: "blocked", protocol: null, roundTrip: null };
  } catch (fault) {
    if (!(fault instanceof ApiError)) throw fault;
    return { passage: "untried", protocol: null, roundTrip: null };
  }
}
