/** What the player says: the template wrote it. Its own, since other scripts of the page have words as well. */

/** @type {Record<string, string>} */
let words = {};

/** @param {Record<string, string>} given */
export function speak(given) {
  words = given;
}

/**
 * A sentence with its places filled: `{name}` takes `values.name`.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
