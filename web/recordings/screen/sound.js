/** The sound of all tracks together: how loud it is to be, and who speaks. */

/** Part of full scale above which somebody speaks. */
const SPEAKS = 0.015;

export class Sound {
  #context = new AudioContext();
  #out = new GainNode(this.#context);
  /** @type {{who: string, analyser: AnalyserNode, samples: Float32Array<ArrayBuffer>}[]} */
  #heard = [];
  #volume = 1;
  #muted = false;

  constructor() {
    this.#out.connect(this.#context.destination);
  }

  /** To be called from a click: browsers let no page sound before. */
  wake() {
    void this.#context.resume();
  }

  /**
   * @param {HTMLMediaElement} element
   * @param {string} who whose voice it is; empty: nobody's
   */
  add(element, who) {
    const source = this.#context.createMediaElementSource(element);
    source.connect(this.#out);
    if (!who) return;
    const analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    source.connect(analyser);
    this.#heard.push({ who, analyser, samples: new Float32Array(analyser.fftSize) });
  }

  /** @returns {Map<string, number>} how loud each voice is now, 0 to 1 */
  levels() {
    /** @type {Map<string, number>} */
    const levels = new Map();
    for (const { who, analyser, samples } of this.#heard) {
      analyser.getFloatTimeDomainData(samples);
      const loud = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      levels.set(who, Math.max(levels.get(who) ?? 0, loud));
    }
    return levels;
  }

  /** @returns {string} who speaks loudest; empty: nobody */
  speaker() {
    const [who, loud] = [...this.levels()].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0]);
    return loud > SPEAKS ? who : "";
  }

  get volume() {
    return this.#muted ? 0 : this.#volume;
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.#volume = volume;
    this.#muted = false;
    this.#out.gain.value = volume;
  }

  mute() {
    this.#muted = !this.#muted;
    this.#out.gain.value = this.volume;
  }

  close() {
    void this.#context.close();
  }
}
