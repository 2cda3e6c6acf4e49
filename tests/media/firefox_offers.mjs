/**
 * Prints, as a line of JSON, the offers that Firefox makes on a page.
 *
 * node tests/media/firefox_offers.mjs <address of the page> <path of Firefox>
 */

import puppeteer from "puppeteer-core";

const [, , address, executablePath] = process.argv;
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  await page.goto(address);
  process.stdout.write(`${JSON.stringify(await page.evaluate(() => window.offers()))}\n`);
} finally {
  await browser.close();
}
