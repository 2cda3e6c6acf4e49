/** Pieces of a recording, fetched sealed and opened here. Links are asked for together, a little ahead of time. */

import { ApiError } from "../room/wire/api.js";
import { apart, associated, open, readKey } from "./sealed.js";

/** How many links are asked for beyond the one that is needed. */
const AHEAD = 10;

/** Links in one request: what the functions give at most. */
const AT_ONCE = 200;

/** Part of a link's life after which it is not begun to be used any more. */
const FRESH = 0.7;

const TRIES = 3;

/**
 * @typedef {import("./timeline.js").Line} Line
 * @typedef {import("./timeline.js").Piece} Piece
 * @typedef {{line: Line, piece: Piece}} Wanted
 */

export class Store {
  /** @type {Map<string, {link: string, until: number}>} */
  #links = new Map();
  /** @type {Map<string, Promise<CryptoKey>>} */
  #keys = new Map();
  /** @type {Map<string, Wanted>} */
  #asked = new Map();
  /** @type {Promise<void> | null} */
  #asking = null;

  /**
   * @param {Pick<import("./wire/viewing.js").ViewingApi, "links" | "sealed">} api
   * @param {{viewing: string, recording: string}} viewing
   * @param {() => number} now milliseconds that only ever rise
   */
  constructor(api, viewing, now) {
    this.api = api;
    this.viewing = viewing;
    this.now = now;
  }

  /**
   * A piece in plain. Raises `ApiError`, `Unreadable`.
   *
   * @param {Line} line
   * @param {number} index of the piece
   */
  async piece(line, index) {
    const piece = line.pieces[index];
    const sealed = await this.#sealed(line, index);
    const place = associated(this.viewing.recording, line.id, piece.name);
    return apart(await open(await this.#key(piece), piece.number, place, sealed));
  }

  /**
   * @param {Line} line
   * @param {number} index
   * @returns {Promise<ArrayBuffer>}
   */
  async #sealed(line, index) {
    const name = called(line, line.pieces[index]);
    for (let tried = 0; tried < TRIES; tried += 1) {
      const sealed = await this.api.sealed(await this.#link(line, index));
      if (sealed) return sealed;
      this.#links.delete(name); // it ran out while the computer slept
    }
    throw new ApiError(403, "not_there", "");
  }

  /**
   * @param {Line} line
   * @param {number} index
   * @returns {Promise<string>}
   */
  async #link(line, index) {
    const name = called(line, line.pieces[index]);
    if (!this.#fresh(name)) {
      for (const piece of line.pieces.slice(index, index + 1 + AHEAD)) {
        if (!this.#fresh(called(line, piece))) this.#asked.set(called(line, piece), { line, piece });
      }
      this.#asking ??= Promise.resolve().then(() => this.#ask());
      await this.#asking;
    }
    const link = this.#links.get(name);
    if (!link) throw new ApiError(404, "not_found", "");
    return link.link;
  }

  /** @param {string} name */
  #fresh(name) {
    const known = this.#links.get(name);
    return known !== undefined && known.until > this.now();
  }

  /** What all tracks have asked for in this turn, with one request. */
  async #ask() {
    const all = [...this.#asked.entries()];
    this.#asked.clear();
    this.#asking = null;
    for (let first = 0; first < all.length; first += AT_ONCE) {
      const wanted = all.slice(first, first + AT_ONCE);
      const pairs = wanted.map(([, { line, piece }]) => /** @type {[string, string]} */ ([line.id, piece.name]));
      const { links, seconds } = await this.api.links(this.viewing.viewing, pairs);
      const until = this.now() + seconds * 1000 * FRESH;
      for (const [index, [name]] of wanted.entries()) this.#links.set(name, { link: links[index], until });
    }
  }

  /**
   * @param {Piece} piece
   * @returns {Promise<CryptoKey>}
   */
  #key(piece) {
    const known = this.#keys.get(piece.key) ?? readKey(piece.key);
    this.#keys.set(piece.key, known);
    return known;
  }
}

/**
 * @param {Line} line
 * @param {Piece} piece
 */
const called = (line, piece) => `${line.id}/${piece.name}`;
