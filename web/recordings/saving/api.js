/** The functions' doors for files made of a recording (docs/recording.md, "Saving"), and the store behind their links. */

import { ApiError } from "../../room/wire/api.js";

/** Milliseconds: whoever has a file made waits for a list of everything recorded. API Gateway gives up at 29 s. */
const PATIENCE = 29_000;

/**
 * @typedef {object} Person of whom a file can be made
 * @property {string} id
 * @property {string} name
 * @property {boolean} picture
 * @property {boolean} voice
 */

/**
 * @typedef {object} Made a file: made, being made, or failed
 * @property {string} id
 * @property {"meeting" | "person" | "voice"} what
 * @property {string | null} about
 * @property {string} name whose
 * @property {"asked" | "running" | "ready" | "failed"} state
 * @property {number} done per mille
 * @property {number} bytes
 * @property {number} length milliseconds
 */

/** @typedef {{possible: boolean, people: Person[], files: Made[]}} Overview */

/** @typedef {{key: string, chunks: number, bytes: number, type: string}} Taken what opens a file */

export class FilesApi {
  /**
   * @param {string} recording
   * @param {string} csrf value of the page's `<meta name="csrf-token">`
   * @param {typeof fetch} [send]
   */
  constructor(recording, csrf, send = (...request) => fetch(...request)) {
    this.recording = recording;
    this.base = `/api/recordings/${encodeURIComponent(recording)}/files`;
    this.csrf = csrf;
    this.send = send;
  }

  /** @returns {Promise<Overview>} */
  overview() {
    return this.#json("GET", this.base);
  }

  /**
   * @param {string} what
   * @param {string | null} about
   * @returns {Promise<{file: string}>}
   */
  make(what, about) {
    return this.#json("POST", this.base, { what, about });
  }

  /**
   * Asked by who has read that the copy is theirs to answer for; written down each time.
   *
   * @param {string} file
   * @returns {Promise<Taken>}
   */
  take(file) {
    return this.#json("POST", `${this.base}/${encodeURIComponent(file)}/take`, { controller: true });
  }

  /**
   * @param {string} file
   * @param {number} first
   * @returns {Promise<string[]>} links to the next chunks, from the first on
   */
  async links(file, first) {
    const path = `${this.base}/${encodeURIComponent(file)}/chunks?from=${first}`;
    return (await this.#json("GET", path)).links;
  }

  /**
   * @param {string} link
   * @returns {Promise<ArrayBuffer | null>} as it lies there; null when the link is too old
   */
  async sealed(link) {
    let answer;
    try {
      answer = await this.send(link, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
      if (answer.ok) return await answer.arrayBuffer();
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    if (answer.status === 403) return null;
    throw new ApiError(answer.status, "not_there", "");
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {object} [body]
   */
  async #json(method, path, body) {
    let answer;
    try {
      answer = await this.send(path, {
        method,
        cache: "no-store",
        credentials: "same-origin",
        headers: method === "GET" ? {} : { "X-CSRF-Token": this.csrf, "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new ApiError(answer.status, String(said.error?.code), String(said.error?.message ?? ""));
    return said;
  }
}
