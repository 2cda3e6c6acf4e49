/** Opening what a recording's worker sealed (docs/recording.md, "Segments"): AES-256-GCM, tag behind, in the browser alone. */

const NONCE = 12;

/** What was sealed under another key, for another place, or was changed on its way. */
export class Unreadable extends Error {
  name = "Unreadable";
}

/**
 * A key as WebCrypto holds it: it opens, and can't be read out again.
 *
 * @param {string} written 32 bytes in base64, as a viewing gives them
 * @returns {Promise<CryptoKey>}
 */
export function readKey(written) {
  const bytes = Uint8Array.from(atob(written), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
}

/**
 * What an object is sealed for: opened in another's place, it doesn't open.
 *
 * @param {string} recording
 * @param {string} track
 * @param {string} name of the object, without its path
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function associated(recording, track, name) {
  return new TextEncoder().encode(`${recording}\0${track}\0${name}`);
}

/**
 * The plain text of an object. Raises `Unreadable`.
 *
 * @param {CryptoKey} key of its track and part
 * @param {number} number of the segment
 * @param {BufferSource} additional as `associated` gives it
 * @param {BufferSource} bytes as they lie in the store
 * @param {number} [space] first byte of the nonce: 0 for segments
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function open(key, number, additional, bytes, space = 0) {
  const nonce = new Uint8Array(NONCE);
  nonce[0] = space;
  new DataView(nonce.buffer).setBigUint64(NONCE - 8, BigInt(number));
  try {
    const algorithm = { name: "AES-GCM", iv: nonce, additionalData: additional, tagLength: 128 };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes));
  } catch {
    throw new Unreadable("the object does not open");
  }
}

/**
 * @typedef {object} Head what a segment says of itself
 * @property {string} codec
 * @property {string} mime what a browser is asked whether it plays
 * @property {number} start milliseconds of the timeline
 * @property {number} duration milliseconds
 * @property {number} [width] pixels
 * @property {number} [height] pixels
 */

/**
 * A segment's plain text, taken apart: four bytes of length, what it is, a whole file of media. Raises `Unreadable`.
 *
 * @param {Uint8Array<ArrayBuffer>} plain
 * @returns {{head: Head, media: Uint8Array<ArrayBuffer>}}
 */
export function apart(plain) {
  const length = plain.length < 4 ? Infinity : new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  if (length > plain.length - 4) throw new Unreadable("the segment is cut short");
  const head = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + length)));
  return { head, media: plain.subarray(4 + length) };
}
