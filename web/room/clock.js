/**
 * Time as an argument, so that tests move it by hand.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds that only ever rise
 * @property {(milliseconds: number, action: () => void) => () => void} after once; returns the cancel function
 * @property {(milliseconds: number, action: () => void) => () => void} every again and again; returns the cancel function
 */

/** @type {Clock} */
export const browserClock = {
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
  every(milliseconds, action) {
    const timer = setInterval(action, milliseconds);
    return () => clearInterval(timer);
  },
};

/**
 * Resolves when the time has passed; rejects with the signal's reason when it is aborted before.
 *
 * @param {Clock} clock
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(clock, milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
    return undefined;
  });
}
