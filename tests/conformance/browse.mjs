// Walks a running site in Chromium as people do, and lets axe judge every page on the way; one JSON
// line a complaint. Each journey at two widths, light and dark, with and without JavaScript.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [root, executablePath, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MOST = 100_000; // bytes of a page

const say = (where, message) => console.log(JSON.stringify({ where, message }));
const expect = (held, message) => { if (!held) throw new Error(message); };

const judge = async (page, where) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, nodes } of violations) say(where, `axe ${id}: ${nodes.length}, first ${nodes[0].target.join(" ")}`);
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (wide > shown) say(where, `wider than the window: ${wide} pixels of ${shown}`);
};

const unfold = async (page, name) => { // on a phone what narrows a list is behind a drawer
  const drawer = page.locator(".drawer > summary");
  if (await drawer.isVisible() && await page.locator(".drawer").getAttribute("open") === null) await drawer.click();
};
const choose = async (page, tag, change) => {
  await unfold(page);
  const row = page.locator(".facets > li", { has: page.getByText(tag, { exact: true }) }).first();
  await row.locator(".edits > summary").click();
  await row.getByText(`${change} ${tag}`, { exact: true }).click();
};

const journeys = {
  "find a tag by a nickname": async (page, { script, see }) => {
    await page.goto(root);
    await see("front");
    if (script) {
      await page.locator("header input[name=q]").pressSequentially("kamikaze dr");
      await page.locator("[role=option]").first().waitFor();
      await see("completion");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect((await page.inputValue("header input[name=q]")).startsWith("weapon:loitering-munition"), "not completed");
      await page.keyboard.press("Enter");
    } else {
      await page.fill("header input[name=q]", "kamikaze drone");
      await page.click("header button");
      await page.click(".hint a");
    }
    await page.waitForURL(/weapon\/loitering-munition/);
    await page.goto(`${root}/tags?q=kamikaze`);
    expect(await page.locator(".found .chip").first().textContent(), "no tag found");
    await see("tags");
  },
  "compose with not mainly": async (page, { see }) => {
    await page.goto(`${root}/country/azerbaijan`);
    await see("tag");
    await choose(page, "Armenia", "not mainly");
    await page.waitForURL(/-country:armenia@main/);
    await see("question");
    const clause = page.locator(".clause.not-mainly");
    await clause.locator("summary").click();
    await clause.getByText("without Armenia").click();
    await page.waitForURL((url) => decodeURIComponent(url.search).endsWith("-country:armenia"));
    await page.locator(".clause.without .remove").click();
    await page.waitForURL(/country\/azerbaijan$/);
  },
  "see why": async (page, { see }) => {
    await page.goto(`${root}/search?q=country:azerbaijan%20-country:armenia@main`);
    await page.getByText("why is it here?").first().click();
    expect(await page.locator(".why .yes").count(), "no clause says yes");
    await see("why");
    const mark = page.locator("p .mark").first();
    const target = (await mark.getAttribute("href")).slice(1);
    await mark.click();
    expect(await page.locator(`[id="${target}"]`).isVisible(), "no evidence");
    await page.goBack();
  },
  subscribe: async (page, { script, see }) => {
    await page.goto(`${root}/search?q=country:iran%20-country:israel@main`);
    const feed = await page.locator("link[type='application/atom+xml']").first().getAttribute("href");
    await page.locator(".more-ways > summary").click();
    expect(await page.inputValue("#address-atom") === feed, "another address than the page announces");
    expect(await page.locator(".copy button").count() === (script ? 3 : 0), "buttons that cannot work");
    await see("subscribe");
    const answer = await page.request.get(feed);
    expect(answer.ok() && (await answer.text()).includes("<feed"), "no feed");
  },
  "learn how to ask": async (page, { see }) => {
    await page.goto(`${root}/search?q=(`);
    await see("mistake");
    await page.locator("main").getByText("How to ask").click();
    await see("syntax");
    await page.locator("main table a").nth(4).click();
    expect(await page.locator("h1").textContent(), "an example that does not run");
  },
};

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
for (const width of [375, 1440]) for (const colorScheme of ["light", "dark"]) for (const script of [true, false]) {
  const set = `${width} px, ${colorScheme}, ${script ? "with" : "without"} JavaScript`;
  for (const [name, walk] of Object.entries(journeys)) {
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: script, reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(90_000); // for a busy machine; nothing is judged by it
    page.on("pageerror", (error) => say(`${name}, ${set}`, `script: ${error.message}`));
    page.on("console", (line) => {
      if (line.type() === "error" && !/status of 4/.test(line.text())) say(`${name}, ${set}`, line.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(root)) say(`${name}, ${set}`, `asks ${request.url()}`);
    });
    page.on("response", async (answer) => {
      if (!/text\/html/.test(answer.headers()["content-type"] ?? "")) return;
      const size = (await answer.body().catch(() => "")).length;
      if (size > MOST) say(`${name}, ${set}`, `${answer.url()} has ${size} bytes`);
    });
    const see = async (what) => {
      if (script) await judge(page, `${name}, ${what}, ${set}`); // axe is a script
      if (pictures) await page.screenshot({ path: `${pictures}/${what}-${width}-${colorScheme}-${script ? "js" : "plain"}.png` });
    };
    await walk(page, { script, see }).catch((error) => say(`${name}, ${set}`, error.message.split("\n")[0]));
    await context.close();
  }
}
await browser.close();
