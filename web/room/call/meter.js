/** How loud one's own microphone is. */

/** Decibels below full scale shown as an empty and as a full meter. */
const EMPTY = -60;
const FULL = -12;

export class Meter {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  #frame = 0;

  /** @param {(level: number) => void} show called per frame with 0 … 1 */
  constructor(show) {
    this.show = show;
  }

  /** @param {MediaStreamTrack | null} track null stops */
  listen(track) {
    cancelAnimationFrame(this.#frame);
    this.#source?.disconnect();
    this.#source = null;
    this.show(0);
    if (!track) return void this.#context?.suspend();
    this.#context ??= new AudioContext();
    void this.#context.resume();
    const analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      this.show(loudness(samples));
      this.#frame = requestAnimationFrame(look);
    };
    look();
  }
}

/**
 * @param {Float32Array} samples from -1 to 1
 * @returns {number} from 0 to 1, even to the ear
 */
export function loudness(samples) {
  const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
  const decibels = 10 * Math.log10(power || 1e-12);
  return Math.min(1, Math.max(0, (decibels - EMPTY) / (FULL - EMPTY)));
}
