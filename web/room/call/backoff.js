/** What to do after an exchange failed. Pure. */

import { ApiError } from "../wire/api.js";
import { ConnectionLost } from "../wire/join.js";

/**
 * @typedef {"left" | "removed" | "refused" | "replaced" | "ended" | "absent" | "full" | "unknown" | "lost" | "broken"} Reason
 *   why a call is over: `absent`, no such meeting for this person; `unknown`, no session and no pass any more; `lost`, no
 *   way back to the room; `broken`, this browser and the worker don't understand each other
 * @typedef {{action: "retry", after: number} | {action: "ask"} | {action: "stop", reason: Reason}} Verdict
 *   `after` in milliseconds; `ask`: the functions know where this person stands
 */

const FIRST = 500;
const LONGEST = 8000;

/** Some two minutes of trying. */
const ATTEMPTS = 18;

/** @type {Record<number, Verdict>} */
const VERDICTS = {
  400: { action: "stop", reason: "broken" },
  401: { action: "stop", reason: "unknown" },
  403: { action: "ask" },
  404: { action: "stop", reason: "absent" },
  409: { action: "stop", reason: "full" },
  410: { action: "stop", reason: "ended" },
};

/**
 * @param {unknown} fault what the exchange threw
 * @param {number} attempt how many failed in a row before this one
 * @param {() => number} random from 0 to 1: a room full of people must not come back in the same millisecond
 * @returns {Verdict}
 */
export function verdictOn(fault, attempt, random) {
  const known = fault instanceof ApiError || fault instanceof ConnectionLost;
  if (!known) return { action: "stop", reason: "broken" };
  if (fault instanceof ApiError && VERDICTS[fault.status]) return VERDICTS[fault.status];
  if (attempt >= ATTEMPTS) return { action: "stop", reason: "lost" };
  const least = fault instanceof ApiError ? fault.retryAfter * 1000 : 0;
  return { action: "retry", after: Math.max(least, delay(attempt, random)) };
}

/**
 * The first attempt comes at once, later ones between half and all of a doubling step.
 *
 * @param {number} attempt
 * @param {() => number} random
 */
function delay(attempt, random) {
  if (attempt === 0) return 0;
  return Math.min(LONGEST, FIRST * 2 ** (attempt - 1)) * (0.5 + random() / 2);
}
