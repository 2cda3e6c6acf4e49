/** In which order faces stand: as people came, but who speaks is on the first page. */

export class Order {
  /** @type {string[]} */
  #ids = [];
  /** @type {Map<string, number>} since when nobody else held the floor, in turns */
  #spoke = new Map();
  #turn = 0;

  /**
   * Takes in who came and lets go who went; nobody else moves.
   *
   * @param {Iterable<string>} present
   * @returns {readonly string[]}
   */
  keep(present) {
    const here = new Set(present);
    this.#ids = [...this.#ids.filter((id) => here.has(id)), ...[...here].filter((id) => !this.#ids.includes(id))];
    for (const id of this.#spoke.keys()) if (!here.has(id)) this.#spoke.delete(id);
    return this.#ids;
  }

  /**
   * Somebody holds the floor: out of sight, they change places with who has been silent longest in it.
   *
   * @param {string} id
   * @param {number} seen how many stand on the first page
   */
  speaks(id, seen) {
    this.#spoke.set(id, (this.#turn += 1));
    const at = this.#ids.indexOf(id);
    if (at < seen || seen < 1) return;
    const silent = (/** @type {string} */ one) => this.#spoke.get(one) ?? 0;
    const first = this.#ids.slice(0, seen);
    const longest = first.reduceRight((least, one) => (silent(one) < silent(least) ? one : least));
    [this.#ids[at], this.#ids[this.#ids.indexOf(longest)]] = [longest, id];
  }
}
