/** How one person looks at a meeting: in equal tiles or at one face, which page, whom pinned. Pure but for its memory. */

import { Emitter } from "../emitter.js";
import { Order } from "./order.js";

/**
 * @typedef {"grid" | "speaker"} Mode
 * @typedef {import("./sight.js").Source} Source
 * @typedef {{participant: string, source: Source}} Face
 *
 * @typedef {object} Present what there is to see
 * @property {string} you
 * @property {string[]} people everybody, oneself included, in order of arrival
 * @property {string[]} screens who shares one that can be seen here, in order of arrival
 *
 * @typedef {object} Shown
 * @property {Face | null} main the large one
 * @property {Face[]} rest the others of this page
 * @property {number} page from 0
 * @property {number} pages at least 1
 */

/** @extends {Emitter<{changed: void}>} */
export class View extends Emitter {
  /** @type {Mode} */
  mode = "grid";
  /** @type {Face | null} */
  pinned = null;
  /** How many faces at most, however large the window: a weak device can't draw more. */
  most = Infinity;
  /** Whether one's own face is among the others. */
  self = true;
  /** Whether one's own face is seen as in a mirror. */
  mirrored = true;
  #order = new Order();
  #page = 0;
  #seen = 1;
  /** Who spoke last, oneself left out: nobody wants to look at himself talk. */
  #floor = "";

  /** @param {Partial<Pick<View, "mode" | "self" | "mirrored">>} choice */
  choose(choice) {
    Object.assign(this, choice);
    this.#page = 0;
    this.emit("changed", undefined);
  }

  /** @param {Face} face pins it, or lets it go when it is pinned */
  pin(face) {
    this.pinned = same(this.pinned, face) ? null : face;
    this.emit("changed", undefined);
  }

  /** @param {number} pages forth, or back when negative */
  turn(pages) {
    this.#page += pages;
    this.emit("changed", undefined);
  }

  /**
   * @param {string | null} id who holds the floor
   * @param {string} you
   */
  follow(id, you) {
    if (!id || id === you || id === this.#floor) return;
    this.#floor = id;
    this.#order.speaks(id, this.#seen);
    this.emit("changed", undefined);
  }

  /**
   * @param {Present} present
   * @param {(main: boolean, count: number) => number} room how many faces stand beside each other, of so many
   * @returns {Shown}
   */
  look(present, room) {
    const main = this.#main(present);
    const others = this.#others(present).filter((face) => !same(face, main));
    const own = this.#own(present).filter((face) => !same(face, main));
    const count = others.length + own.length;
    const capacity = Math.max(1, Math.min(this.most, room(main !== null, count)));
    const pages = Math.max(1, Math.ceil(count / capacity));
    this.#page = Math.min(Math.max(0, this.#page), pages - 1);
    // One's own face stands last on the first page.
    this.#seen = capacity - own.length - present.screens.length;
    const faces = [...others.slice(0, capacity - own.length), ...own, ...others.slice(capacity - own.length)];
    const start = this.#page * capacity;
    return { main, rest: faces.slice(start, start + capacity), page: this.#page, pages };
  }

  /**
   * The pinned one, else the screen shared last, else, for who wants it, the speaker.
   *
   * @param {Present} present
   * @returns {Face | null}
   */
  #main({ you, people, screens }) {
    const { pinned } = this;
    if (pinned && (pinned.source === "screen" ? screens : people).includes(pinned.participant)) return pinned;
    const screen = screens.at(-1);
    if (screen) return { participant: screen, source: "screen" };
    const others = people.filter((id) => id !== you);
    if (this.mode === "grid" || others.length === 0) return null;
    return { participant: others.includes(this.#floor) ? this.#floor : others[0], source: "camera" };
  }

  /**
   * Screens first, then faces.
   *
   * @param {Present} present
   * @returns {Face[]}
   */
  #others({ you, people, screens }) {
    const faces = this.#order.keep(people.filter((id) => id !== you));
    return [
      ...screens.map((participant) => /** @type {Face} */ ({ participant, source: "screen" })),
      ...faces.map((participant) => /** @type {Face} */ ({ participant, source: "camera" })),
    ];
  }

  /**
   * @param {Present} present
   * @returns {Face[]} one or none; who is alone sees himself
   */
  #own({ you, people }) {
    const seen = people.includes(you) && (this.self || people.length === 1);
    return seen ? [{ participant: you, source: "camera" }] : [];
  }
}

/**
 * @param {Face | null} one
 * @param {Face | null} other
 */
export function same(one, other) {
  return one?.participant === other?.participant && one?.source === other?.source;
}
