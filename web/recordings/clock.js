/** The one clock every track follows: where one is on the timeline, in milliseconds. */

export class MasterClock {
  #base = 0;
  #since = 0;
  #runs = false;
  #rate = 1;

  /**
   * @param {number} length of the recording, milliseconds
   * @param {() => number} now milliseconds that only ever rise
   */
  constructor(length, now) {
    this.length = length;
    this.now = now;
  }

  get position() {
    const gone = this.#runs ? (this.now() - this.#since) * this.#rate : 0;
    return Math.min(this.#base + gone, this.length);
  }

  get runs() {
    return this.#runs;
  }

  get rate() {
    return this.#rate;
  }

  start() {
    this.#set(this.position, true);
  }

  stop() {
    this.#set(this.position, false);
  }

  /** @param {number} position */
  seek(position) {
    this.#set(Math.min(Math.max(position, 0), this.length), this.#runs);
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#set(this.position, this.#runs);
    this.#rate = rate;
  }

  /**
   * @param {number} position
   * @param {boolean} runs
   */
  #set(position, runs) {
    this.#base = position;
    this.#since = this.now();
    this.#runs = runs;
  }
}
