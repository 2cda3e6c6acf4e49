/**
 * The words of docs/protocol.md, sections 2 to 6.
 *
 * @typedef {"microphone" | "camera" | "screen" | "screen_sound"} Slot
 * @typedef {Record<Slot, boolean>} Up which send slots carry a live track
 * @typedef {"host" | "cohost" | "guest"} Role
 * @typedef {{id: string, name: string, role: Role, hand: number, up: Up}} Participant
 *   `hand`: since when it is up, seconds since 1970; 0: down
 * @typedef {{seat: number, participant: string | null, source: "camera" | "screen" | null}} Seat
 * @typedef {{voice: number, participant: string | null}} Voice
 * @typedef {{seat: number, width: number, height: number}} Shown pixels of the device
 * @typedef {{seq: number, participant: string, name: string, body: string, at: number, reply?: number | string,
 *   id?: string}} ChatLine
 *   `at`: seconds since 1970; `reply`: `seq` of the line it answers; where nothing is kept, `seq` is 0 and lines are known
 *   by `id`
 * @typedef {{seconds: number, own_seconds: number, people: string[], kept: {what: string, until: number}[],
 *   saves: {what: string, by: string}[], score: number}} Summary
 *   `until`: seconds since 1970, 0: not kept; `score`: 1 to 5, 0: none given
 * @typedef {{locked: boolean, invited: boolean, company: boolean}} Door
 * @typedef {{update: string, kept: "28d" | "end" | "none", until: number}} NotesState
 *   `update`: of Yjs, base64; `until`: seconds since 1970, 0 without a date
 * @typedef {{participant: string, name: string, since: number}} Waiting
 * @typedef {{participant: string, name: string}} Out refused or put out
 * @typedef {"waiting" | "admitted" | "refused" | "removed"} Admission
 * @typedef {{servers: RTCIceServer[], lifetime: number}} RelayOffer `lifetime`: seconds
 * @typedef {{participant: string, name: string, role: Role, state: Admission, message: string,
 *   epoch?: number, recording?: {id: string, answered: boolean} | null, relays?: RelayOffer | null}} Me
 * @typedef {{you: string, room: string, epoch: number, connection: string, participants: Participant[],
 *   seats: Seat[], voices: Voice[], speaker?: string | null, held?: Slot[], recording?: Recorded | null}} Hello
 * @typedef {{recording: string | null, state: "asking" | "running" | "none", trouble?: "storage" | "lost" | null,
 *   recorded: string[], answer?: "agreed" | "refused" | null, tally?: {agreed: number, refused: number}}} Recorded
 *   docs/recording.md: `recorded` are those of whom what they send is written
 * @typedef {{recording: string, text: {version: string, words: string}, answer: "agreed" | "refused" | null}} Question
 * @typedef {Record<string, number>} Levels RFC 6464: -dBov, 0 is loudest, 127 is silence
 */

/** @type {readonly Slot[]} The order of the send slots in an offer. */
export const SLOTS = ["microphone", "camera", "screen", "screen_sound"];

/**
 * A text frame as a message, or null when it isn't one: a worker of a later protocol must not break this page.
 *
 * @param {unknown} frame
 * @returns {{type: string, [field: string]: any} | null}
 */
export function readMessage(frame) {
  if (typeof frame !== "string") return null;
  try {
    const message = JSON.parse(frame);
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
