/** What the page shows of the others, told to the worker: it sends nothing nobody looks at, and nothing needlessly large. */

/** Milliseconds: while a window is being resized, the last word counts. */
const PACE = 100;

/**
 * @typedef {"camera" | "screen"} Source
 * @typedef {{participant: string, source: Source, width: number, height: number}} Place
 *   a picture on the page, in pixels of the device
 * @typedef {(seats: import("../wire/messages.js").Shown[], people: string[]) => void} Tell
 */

export class Sight {
  /** @type {Place[]} */
  #places = [];
  #told = "";
  /** Whether no picture is wanted at all: sound costs a hundredth of it. */
  #blind = false;
  /** @type {(() => void) | null} */
  #cancel = null;

  /**
   * @param {import("../clock.js").Clock} clock
   * @param {import("./roster.js").Roster} roster
   * @param {Tell} tell the seats shown, and all whose face the page has a place for
   */
  constructor(clock, roster, tell) {
    this.clock = clock;
    this.roster = roster;
    this.tell = tell;
  }

  /** @param {Place[]} places all there are */
  look(places) {
    this.#places = places;
    this.#cancel ??= this.clock.after(PACE, () => this.#say());
  }

  /** @param {boolean} blind whether to receive no picture, whatever the page shows */
  closeEyes(blind) {
    this.#blind = blind;
    this.look(this.#places);
  }

  /** A new connection knows nothing yet. */
  restart() {
    this.#told = "";
    this.look(this.#places);
  }

  close() {
    this.#cancel?.();
    this.#cancel = null;
  }

  #say() {
    this.#cancel = null;
    const places = (this.#blind ? [] : this.#places).filter(({ width, height }) => width > 0 && height > 0);
    const people = places.filter(({ source }) => source === "camera").map(({ participant }) => participant);
    const seats = places
      .map(({ participant, source, width, height }) => ({ seat: this.roster.seatOf(participant, source), width, height }))
      .filter(({ seat }) => seat >= 0);
    const text = JSON.stringify([seats, people]);
    if (text === this.#told) return;
    this.#told = text;
    this.tell(seats, people);
  }
}
