/** What the check of a network asks of the functions (docs/protocol.md, section 9). Both raise `ApiError`. */

import { Api } from "./api.js";

export class CheckApi {
  /** @param {string} csrf value of the page's `<meta name="csrf-token">` */
  constructor(csrf) {
    this.api = new Api("", csrf);
  }

  /**
   * Tries the way to a worker, in no room.
   *
   * @param {string} offer SDP with data channels alone
   * @returns {Promise<string>} the answer
   */
  async check(offer) {
    const headers = { "Content-Type": "application/sdp" };
    return (await this.api.ask("POST", "/api/check", { body: offer, headers })).text();
  }

  /** @returns {Promise<import("./messages.js").RelayOffer | null>} relays to try the way with */
  async checkRelays() {
    const headers = { "Content-Type": "application/json" };
    return (await (await this.api.ask("POST", "/api/check/relays", { body: "{}", headers })).json()).relays;
  }
}
