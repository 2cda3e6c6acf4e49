/**
 * Joins a meeting with Firefox over WebDriver BiDi, prints as one line of JSON what it sees of the others, and stays
 * until its standard input ends.
 *
 * node tests/browser/firefox_join.js <personal link> <path of Firefox> <who to look for> <own first name> <own name>
 */

import puppeteer from "puppeteer-core";

const [, , address, executablePath, name, ownFirstName, ownName] = process.argv;

/** Milliseconds until a state that never comes is given up. */
const PATIENCE = 60_000;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    // Nothing of the browser's own goes to the network.
    "media.gmp-manager.url": "",
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  },
});
try {
  const page = await browser.newPage();
  /** @type {string[]} */
  const requests = [];
  page.on("request", (request) => void requests.push(request.url()));
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(address);
  await page.type("[name=first_name]", ownFirstName);
  await page.type("[name=name]", ownName);
  await page.click("main form button[type=submit]");
  await page.waitForSelector("#join", { visible: true, timeout: PATIENCE });
  await page.click("#join");
  await page.waitForSelector("#live", { visible: true, timeout: PATIENCE });
  const first = await seen(page, () => true);
  const second = await seen(page, (pixels) => different(pixels, first));
  const heard = await page.evaluate(() => document.querySelectorAll("#sound audio").length);
  const way = await page.evaluate(() => document.getElementById("path")?.dataset.way ?? "");
  const result = { first: first.length, moved: different(first, second), heard, way, requests };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  for await (const _ of process.stdin);
} finally {
  await browser.close();
}

/**
 * Waits for a picture on that person's tile that the test accepts.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {(pixels: number[]) => boolean} accepts
 * @returns {Promise<number[]>} red, green, blue of 32 × 24 pixels
 */
async function seen(page, accepts) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const pixels = await page.evaluate(picture, name);
    if (pixels && accepts(pixels)) return pixels;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  throw new Error(`no picture of ${name}`);
}

/** @param {string} who */
function picture(who) {
  const tile = [...document.querySelectorAll("li.tile")].find((one) => one.textContent?.includes(who));
  const player = tile?.querySelector("video");
  if (!player || player.hidden || player.readyState < 2 || player.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = 32;
  canvas.height = 24;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.drawImage(player, 0, 0, 32, 24);
  return [...context.getImageData(0, 0, 32, 24).data].filter((_, index) => index % 4 !== 3);
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function different(one, other) {
  return one.filter((value, index) => Math.abs(value - other[index]) > 40).length > one.length / 20;
}
