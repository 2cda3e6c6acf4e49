/** The functions' HTTP interface for one occurrence (docs/protocol.md, sections 1, 4, 5 and 6). */

/** What the functions, or the way to them, refused. `status` 0 with code `unreachable`: no answer came. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message a sentence in the reader's language, or empty
   * @param {number} [retryAfter] seconds
   */
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** A function that doesn't answer in that many milliseconds isn't going to: API Gateway gives up at 29 s. */
const PATIENCE = 10_000;

/** Milliseconds the smallest request may take before the network counts as away; the next one is made at once. */
const SIGN_OF_LIFE = 1200;

/** A small file of our own. */
const SMALL_FILE = new URL("../../icons/favicon.svg", import.meta.url);

export class Api {
  /**
   * @param {string} occurrence
   * @param {string} csrf value of the page's `<meta name="csrf-token">`
   * @param {typeof fetch} [send]
   */
  constructor(occurrence, csrf, send = (...request) => fetch(...request)) {
    this.base = `/api/occurrences/${encodeURIComponent(occurrence)}`;
    this.csrf = csrf;
    this.send = send;
  }

  /** @returns {Promise<boolean>} whether the network answers at all: a request stuck in a dead line must not be waited for */
  async reachable() {
    try {
      const signal = AbortSignal.timeout(SIGN_OF_LIFE);
      await this.send(SMALL_FILE, { method: "HEAD", cache: "no-store", credentials: "omit", signal });
      return true;
    } catch {
      return false;
    }
  }

  /** @returns {Promise<import("./messages.js").Me>} */
  async me() {
    return (await this.#request("GET", `${this.base}/me`)).json();
  }

  /**
   * @param {string} offer SDP
   * @param {AbortSignal} [signal]
   * @returns {Promise<{answer: string, location: string}>} `location`: the connection's own URL
   */
  async join(offer, signal) {
    const response = await this.#request("POST", `${this.base}/join`, {
      body: offer,
      headers: { "Content-Type": "application/sdp" },
      signal,
    });
    return { answer: await response.text(), location: response.headers.get("Location") ?? "" };
  }

  /**
   * Leaves. May be called while the page is being closed: nobody waits for the answer.
   *
   * @param {string} location as `join` returned it
   */
  leave(location) {
    this.#request("DELETE", location, { keepalive: true }).catch(() => {
      // The worker's silence timer does the same a few seconds later.
    });
  }

  /**
   * @param {number} seq of the last line known
   * @returns {Promise<{messages: import("./messages.js").ChatLine[], more: boolean}>}
   */
  async chatAfter(seq) {
    return (await this.#request("GET", `${this.base}/chat?after=${seq}`)).json();
  }

  /**
   * @param {string} id the client's own: the same id twice is one line
   * @param {string} body
   * @param {number} [reply] `seq` of the line it answers
   * @returns {Promise<import("./messages.js").ChatLine>}
   */
  async say(id, body, reply = 0) {
    return (await (await this.#json("POST", `${this.base}/chat`, { id, body, reply })).json()).message;
  }

  /** @returns {Promise<import("./messages.js").NotesState>} */
  async readNotes() {
    return (await this.#request("GET", `${this.base}/notes`)).json();
  }

  /**
   * @param {{client: number, number: number, update: string}} batch the same twice is one
   * @param {boolean} last the page may be going away
   */
  async saveNotes(batch, last) {
    await this.#json("POST", `${this.base}/notes`, batch, { keepalive: last });
  }

  /** @param {"me" | "all"} to who gets the notes as they stand now */
  async sendMinutes(to) {
    await this.#json("POST", `${this.base}/notes/minutes`, { to });
  }

  /** @returns {Promise<import("./messages.js").Question>} what is asked of everybody, and one's own answer */
  async recording() {
    return (await this.#request("GET", `${this.base}/recording`)).json();
  }

  /** @param {{recording: string, agreed: boolean, text: string}} answer `text`: version of the words it is made on */
  async answerRecording(answer) {
    await this.#json("POST", `${this.base}/recording/answer`, answer);
  }

  /** Asks everybody whether the meeting may be recorded. */
  async askRecording() {
    await this.#json("POST", `${this.base}/recording`, {});
  }

  async stopRecording() {
    await this.#json("POST", `${this.base}/recording/stop`, {});
  }

  /**
   * @param {string} invitees addresses as typed
   * @returns {Promise<number>} how many people were named
   */
  async invite(invitees) {
    return (await (await this.#json("POST", `${this.base}/invitations`, { invitees })).json()).invited;
  }

  /** @returns {Promise<{link: string, text: string}>} the shared link, switched on if it was off */
  async sharedLink() {
    return (await this.#json("POST", `${this.base}/link`, {})).json();
  }

  /** @returns {Promise<{waiting: import("./messages.js").Waiting[], out: import("./messages.js").Out[], door: import("./messages.js").Door}>} */
  async waiting() {
    return (await this.#request("GET", `${this.base}/waiting`)).json();
  }

  /** Lets in everybody who waits. */
  async admitAll() {
    await this.#json("POST", `${this.base}/waiting/admit`, {});
  }

  /**
   * @param {string} participant
   * @param {string} verb as in the protocol, section 5
   * @param {object} [more]
   */
  async act(participant, verb, more = {}) {
    await this.#json("POST", `${this.base}/participants/${encodeURIComponent(participant)}/${verb}`, more);
  }

  /** Lowers every hand. */
  async lowerAll() {
    await this.#json("POST", `${this.base}/hands/lower`, {});
  }

  /** @param {Partial<import("./messages.js").Door>} door */
  async setDoor(door) {
    await this.#json("POST", `${this.base}/door`, door);
  }

  /** @param {boolean} up one's own hand */
  async raiseHand(up) {
    await this.#json("POST", `${this.base}/hand`, { up });
  }

  /** @param {import("./messages.js").Slot[]} slots of one's own that a host had stopped */
  async resume(slots) {
    await this.#json("POST", `${this.base}/resume`, { slots });
  }

  /** @returns {Promise<import("./messages.js").Summary>} what there is to know of the meeting once one is out */
  async summary() {
    return (await this.#request("GET", `${this.base}/summary`)).json();
  }

  /** @param {number} score 1 to 5 */
  async rate(score) {
    await this.#json("POST", `${this.base}/rating`, { score });
  }

  /** Ends the meeting for all. */
  async end() {
    await this.#json("POST", `${this.base}/end`, {});
  }

  /**
   * Any other exchange. Raises `ApiError`.
   *
   * @param {string} method
   * @param {string} url
   * @param {RequestInit} [options]
   */
  ask(method, url, options) {
    return this.#request(method, url, options);
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {unknown} value
   * @param {RequestInit} [options]
   */
  #json(method, url, value, options = {}) {
    return this.#request(method, url, {
      ...options,
      body: JSON.stringify(value),
      headers: { "Content-Type": "application/json" },
    });
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  async #request(method, url, options = {}) {
    /** @type {Response} */
    let response;
    try {
      response = await this.send(url, {
        ...options,
        method,
        cache: "no-store",
        credentials: "same-origin",
        headers: { ...options.headers, ...(method === "GET" ? {} : { "X-CSRF-Token": this.csrf }) },
        signal: options.keepalive ? undefined : either(options.signal),
      });
    } catch (fault) {
      if (options.signal?.aborted) throw fault;
      throw new ApiError(0, "unreachable", "");
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

/** @param {AbortSignal | null | undefined} signal */
function either(signal) {
  const patience = AbortSignal.timeout(PATIENCE);
  return signal ? AbortSignal.any([signal, patience]) : patience;
}

/** @param {Response} response */
async function refusal(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  try {
    const { error } = await response.json();
    return new ApiError(response.status, String(error.code), String(error.message ?? ""), retryAfter);
  } catch {
    // A proxy on the way answered, not the functions: it doesn't know our shape.
    return new ApiError(response.status, "unreadable", "", retryAfter);
  }
}
