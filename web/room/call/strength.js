/** How many pictures a device can be asked to draw at once. Pure. */

/** Pictures by cores: decoding one of 320 × 180 takes some hundredths of a small core, a phone has a screen to feed too. */
const FEW = 4;
const SOME = 9;

/**
 * @param {object} device as `navigator` describes it
 * @param {number} [device.hardwareConcurrency] cores
 * @param {number} [device.deviceMemory] GB, where the browser tells
 * @param {number} [device.maxTouchPoints]
 * @returns {number}
 */
export function tilesAtMost({ hardwareConcurrency = 4, deviceMemory = 8, maxTouchPoints = 0 }) {
  if (hardwareConcurrency <= 2 || deviceMemory <= 1) return FEW;
  if (maxTouchPoints > 1 && (hardwareConcurrency <= 4 || deviceMemory <= 4)) return FEW;
  if (hardwareConcurrency <= 4 || deviceMemory <= 4) return SOME;
  return Infinity;
}
