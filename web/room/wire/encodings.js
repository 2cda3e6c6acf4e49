/** What a sender sends of what was agreed on. Loaded when it is first wanted. */

/**
 * Goes on in another codec, as the worker asks when somebody comes who can't decode the present one.
 *
 * @param {RTCRtpSender} sender
 * @param {string} codec as the protocol names it: vp8, vp9, h264, av1
 * @returns {Promise<boolean>} whether this browser could
 */
export async function recode(sender, codec) {
  const parameters = /** @type {any} */ (sender.getParameters()); // `codec` of an encoding is younger than our types
  const found = parameters.codecs.find((/** @type {any} */ one) => one.mimeType.toLowerCase() === `video/${codec}`);
  if (!found) return false;
  const { mimeType, clockRate, sdpFmtpLine } = found;
  for (const encoding of parameters.encodings) encoding.codec = { mimeType, clockRate, sdpFmtpLine };
  await sender.setParameters(parameters);
  const taken = /** @type {any} */ (sender.getParameters()).encodings[0].codec;
  return taken?.mimeType === mimeType;
}

/**
 * Sends the named encodings of a sender and no other.
 *
 * @param {RTCRtpSender} sender
 * @param {readonly string[]} rids
 */
export async function activate(sender, rids) {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.active = rids.includes(encoding.rid ?? "");
  await sender.setParameters(parameters);
}

/** Pixels of a picture from which Chromium sends three encodings, and two. Of fewer it leaves the last ones out. */
const THREE = 960 * 540;
const TWO = 480 * 270;

/**
 * Makes the first encodings the large ones for a small camera: the last ones would never be sent.
 *
 * @param {RTCRtpSender} sender with several encodings
 * @param {{width?: number, height?: number}} picture
 */
export async function fit(sender, { width = 1280, height = 720 }) {
  const parameters = sender.getParameters();
  const largest = width * height >= THREE ? 2 : width * height >= TWO ? 1 : 0;
  parameters.encodings.forEach((encoding, place) => {
    encoding.scaleResolutionDownBy = 2 ** Math.max(0, largest - place);
  });
  await sender.setParameters(parameters);
}
