/** Addresses in what people write. Pure. */

const ADDRESS = /\bhttps?:\/\/[^\s<>"«»“”]+/giu;

/** What ends a sentence is no part of the address in it. */
const AFTER = /[.,;:!?…)\]}'’]+$/u;

/**
 * A text cut where addresses begin and end. Only `http` and `https` become links, and only those that say what they are: an
 * address with a name before an @ looks like another site than it is.
 *
 * @param {string} text
 * @returns {{text: string, href: string}[]} `href` is empty for what is no link
 */
export function parts(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const typed = trimmed(match[0]);
    const href = safe(typed);
    if (!href) continue;
    found.push({ text: text.slice(from, match.index), href: "" }, { text: typed, href });
    from = match.index + typed.length;
  }
  found.push({ text: text.slice(from), href: "" });
  return found.filter((part) => part.text);
}

/** @param {string} address */
function trimmed(address) {
  const bare = address.replace(AFTER, "");
  // A bracket that was opened inside belongs to it: …/Paris_(France)
  const opened = bare.split("(").length > bare.split(")").length;
  return opened && address.startsWith(`${bare})`) ? `${bare})` : bare;
}

/** @param {string} typed */
function safe(typed) {
  try {
    const url = new URL(typed);
    const plain = url.username === "" && url.password === "" && url.hostname.includes(".");
    return plain ? url.href : "";
  } catch {
    return "";
  }
}
