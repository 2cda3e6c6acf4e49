/**
 * Joins with Firefox over WebDriver BiDi and prints, as a line of JSON, what has arrived once frames and sound have.
 *
 * node tests/media/firefox_join.mjs <address of the page> <path of Firefox> <name>
 *
 * It stays until its standard input ends.
 */

import puppeteer from "puppeteer-core";

const [, , address, executablePath, name] = process.argv;
const PATIENCE = 60_000;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    "media.gmp-manager.url": "",
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  },
});
try {
  const page = await browser.newPage();
  await page.goto(address);
  await page.evaluate((who) => window.join(who), name);
  const arrived = await some(page);
  process.stdout.write(`${JSON.stringify(arrived)}\n`);
  await new Promise((resolve) => process.stdin.on("end", resolve).resume());
} finally {
  await browser.close();
}

/** Waits until twenty frames and some sound have arrived. */
async function some(page) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const arrived = await page.evaluate(() => window.arrived());
    if (arrived.frames > 20 && arrived.energy > 0) return arrived;
    if (Date.now() > deadline) throw new Error(`too little has arrived: ${JSON.stringify(arrived)}`);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}
