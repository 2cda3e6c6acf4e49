/** The page's own elements and words: the template wrote them, the screen code finds them here. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {object} RoomData what the template says of this room
 * @property {string} occurrence
 * @property {import("../wire/messages.js").Role} role
 * @property {boolean} organises whether the meeting is this person's
 * @property {string} keep how long what is written is kept: "28d", "end", "none"
 * @property {string} host name of the organiser
 * @property {string} company of the organiser
 * @property {string} language
 * @property {Record<string, string>} words
 */

/** @returns {RoomData} */
export function readRoomData() {
  return JSON.parse(element("room-data", HTMLScriptElement).text);
}

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

/**
 * The element of that id. A missing one is a fault of the template and fails at once.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

/**
 * A new element: `make("li", {class: "person"}, "text", child)`.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The sprite's address carries the version of the assets: any icon of the template knows it. */
const sprite = () => document.querySelector("use")?.getAttribute("href")?.split("#")[0] ?? "";

/**
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  changeIcon(svg, name);
  return svg;
}

/**
 * @param {Element} holder an icon, or what holds one
 * @param {string} name
 */
export function changeIcon(holder, name) {
  holder.querySelector("use")?.setAttribute("href", `${sprite()}#${name}`);
}

/**
 * @param {string} text
 * @param {() => void} action
 * @param {string} [kind]
 * @param {string} [label] the whole of it, for who doesn't see what stands beside
 */
export function button(text, action, kind = "", label = "") {
  const made = make("button", { type: "button", class: `button compact ${kind}` }, text);
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", action);
  return made;
}

/**
 * @param {HTMLVideoElement | HTMLAudioElement} player
 * @param {MediaStream | null} stream
 */
export function play(player, stream) {
  if (player.srcObject === stream) return Promise.resolve();
  player.srcObject = stream;
  return stream ? player.play() : Promise.resolve();
}

/**
 * @param {string} name
 * @returns {string} one or two letters
 */
export function initials(name) {
  const parts = name.split(/[\s-]+/u).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts;
  return letters.map((part) => [...part][0]?.toLocaleUpperCase() ?? "").join("");
}
