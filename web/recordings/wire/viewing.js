/** The functions' interface for watching a recording (docs/recording.md, "Watching"). */

import { ApiError } from "../../room/wire/api.js";

/**
 * @typedef {[number, number, number, number]} SegmentRow number, start, duration (milliseconds of the timeline), bytes
 * @typedef {[number, number, string]} GapRow start, duration, reason
 *
 * @typedef {object} PartRow
 * @property {number} number
 * @property {string} key of its segments, base64
 * @property {SegmentRow[]} segments
 * @property {GapRow[]} gaps
 *
 * @typedef {object} TrackRow
 * @property {string} id
 * @property {string} participant
 * @property {"microphone" | "camera" | "screen" | "screen_sound"} source
 * @property {string} name as on the tile
 * @property {PartRow[]} parts
 *
 * @typedef {{at: number, name: string, body: string}} ChatRow `at`: milliseconds of the timeline
 *
 * @typedef {object} Viewing
 * @property {string} viewing
 * @property {string} recording
 * @property {number} began_at seconds since 1970
 * @property {number} length milliseconds
 * @property {TrackRow[]} tracks
 * @property {ChatRow[]} chat
 */

/** A function that doesn't answer in that many milliseconds isn't going to. */
const PATIENCE = 20_000;

export class ViewingApi {
  /**
   * @param {string} recording
   * @param {string} csrf
   * @param {typeof fetch} [send]
   */
  constructor(recording, csrf, send = (...request) => fetch(...request)) {
    this.base = `/api/recordings/${encodeURIComponent(recording)}/viewings`;
    this.csrf = csrf;
    this.send = send;
  }

  /**
   * Begins a viewing: it is written down, and answered with keys. Raises `ApiError`.
   *
   * @returns {Promise<Viewing>}
   */
  async begin() {
    return this.#post(this.base, {});
  }

  /**
   * Links to sealed objects, in the order of `objects`. Raises `ApiError`.
   *
   * @param {string} viewing
   * @param {[string, string][]} objects track and name
   * @returns {Promise<{links: string[], seconds: number}>}
   */
  async links(viewing, objects) {
    return this.#post(`${this.base}/${encodeURIComponent(viewing)}/links`, { objects });
  }

  /**
   * A sealed object. `null`: the link has run out. Raises `ApiError`.
   *
   * @param {string} link
   * @returns {Promise<ArrayBuffer | null>}
   */
  async sealed(link) {
    /** @type {Response} */
    let response;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      response = await this.send(link, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal });
      if (response.ok) return await response.arrayBuffer();
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    if (response.status === 403) return null;
    throw new ApiError(response.status, "not_there", "");
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  async #post(path, body) {
    /** @type {Response} */
    let response;
    try {
      response = await this.send(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": this.csrf },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new ApiError(response.status, answer.error?.code ?? "error", answer.error?.message ?? "");
  }
}
