/** Which browser on which system, as far as the way to permit a device differs. Pure. */

/**
 * @typedef {"chromium" | "firefox" | "safari"} Browser
 * @typedef {"windows" | "mac" | "linux" | "android" | "ios"} System
 */

/**
 * On iOS all browsers are WebKit, but each has its own place among the system's settings; Safari's alone has a menu.
 *
 * @param {string} userAgent
 * @param {number} touchPoints of the navigator: an iPad calls itself a Mac
 * @returns {{browser: Browser, system: System}}
 */
export function platformOf(userAgent, touchPoints) {
  const ios = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  /** @type {System} */
  let system = "linux";
  if (ios) system = "ios";
  else if (/Android/.test(userAgent)) system = "android";
  else if (/Windows/.test(userAgent)) system = "windows";
  else if (/Macintosh/.test(userAgent)) system = "mac";
  /** @type {Browser} */
  let browser = "chromium";
  if (/Firefox|FxiOS/.test(userAgent)) browser = "firefox";
  else if (/Safari/.test(userAgent) && !/Chrome|Chromium|CriOS|EdgiOS|Android/.test(userAgent)) browser = "safari";
  return { browser, system };
}
