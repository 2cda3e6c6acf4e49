/** Three rising notes, to hear whether one hears. */

/** Hz: a major triad in the middle of the voice. */
const NOTES = [392, 493.88, 587.33];

/** Seconds from note to note. */
const STEP = 0.32;

export class TestTone {
  /** @type {AudioContext | null} */
  #context = null;
  #speaker = "";

  /** @param {string} speaker device id, empty for the system's choice */
  through(speaker) {
    this.#speaker = speaker;
    const context = /** @type {any} */ (this.#context);
    // Where the browser can't choose, it plays where the system says.
    if (context?.setSinkId) context.setSinkId(speaker).catch(() => {});
  }

  /** Resolves when the last note has begun. Called in a click, so that the browser lets it sound. */
  async play() {
    this.#context ??= new AudioContext();
    const context = this.#context;
    this.through(this.#speaker);
    await context.resume();
    const last = NOTES.map((frequency, index) => this.#note(context, frequency, index * STEP)).at(-1);
    await new Promise((resolve) => last?.addEventListener("ended", resolve, { once: true }));
  }

  /**
   * @param {AudioContext} context
   * @param {number} frequency
   * @param {number} delay seconds
   */
  #note(context, frequency, delay) {
    const at = context.currentTime + delay;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.3, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.55);
    return tone;
  }
}
