// Open a page in headless Chromium, with the network off, and say what is there: node look.mjs FOLDER '{"page": ...}'
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { source } = require("axe-core");
const { launch } = require("puppeteer-core");
const asked = JSON.parse(process.argv[3]);

const browser = await launch({ executablePath: asked.chromium, args: asked.arguments ?? [] });
try {
  const page = await browser.newPage();
  const found = { requests: [], errors: [] };
  page.on("request", (request) => found.requests.push(request.url()));
  page.on("console", (message) => found.errors.push(message.text()));
  page.on("pageerror", (error) => found.errors.push(String(error)));
  await page.setOfflineMode(true);
  await page.setViewport({ width: asked.width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: asked.theme }]);
  await page.goto(asked.page);
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  if (asked.picture) await page.screenshot({ path: asked.picture, fullPage: true });
  found.width = await page.evaluate(() => document.documentElement.scrollWidth);
  found.text = await page.evaluate(() => document.body.innerText);
  await page.evaluate(source); // not as a script of the page, whose policy allows none
  const { violations } = await page.evaluate(() => axe.run());
  found.violations = violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => node.html) }));
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
}
