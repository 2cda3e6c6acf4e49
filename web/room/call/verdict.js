/** What a check comes to. Pure. */

/**
 * @typedef {"pending" | "good" | "reserve" | "bad"} State of one thing checked
 * @typedef {"pending" | "ready" | "partly" | "blocked"} Outcome
 */

/**
 * Without a network there is no meeting; without the rest there is a poorer one. Who neither hears nor is heard can
 * still read and see.
 *
 * @param {Record<"network" | "microphone" | "speaker" | "camera", State>} states
 * @returns {Outcome}
 */
export function outcome({ network, ...devices }) {
  if (network === "bad") return "blocked";
  const all = [network, ...Object.values(devices)];
  if (all.includes("pending")) return "pending";
  return all.every((state) => state === "good") ? "ready" : "partly";
}
