// Reads every feed named on standard input with rss-parser and feedsmith; one JSON line a complaint.
import { readFileSync } from "node:fs";
import Parser from "rss-parser";
import { parseFeed } from "feedsmith";

const parser = new Parser();
const say = (file, tool, message) => console.log(JSON.stringify({ file, tool, message }));
const files = readFileSync(0, "utf8").split("\n").filter(Boolean);
const count = (feed) => (feed.items ?? feed.entries ?? []).length;

for (const file of files) {
  const text = readFileSync(file, "utf8");
  let found;
  try {
    const { feed } = parseFeed(text);
    found = count(feed);
    const title = feed.title?.value ?? feed.title;
    if (!title) say(file, "feedsmith", "no title");
    for (const item of feed.items ?? feed.entries ?? []) {
      if (!(item.id ?? item.guid?.value ?? item.guid)) say(file, "feedsmith", "an item without id");
      if (!(item.title?.value ?? item.title)) say(file, "feedsmith", "an item without title");
    }
  } catch (error) {
    say(file, "feedsmith", String(error));
  }
  if (file.endsWith(".json")) continue;
  try {
    const feed = await parser.parseString(text);
    if (!feed.title) say(file, "rss-parser", "no title");
    if (!feed.link) say(file, "rss-parser", "no link");
    if (feed.items.length !== found) say(file, "rss-parser", `${feed.items.length} items, feedsmith ${found}`);
    for (const item of feed.items) {
      for (const key of ["title", "link", "isoDate", "content"]) {
        if (!item[key]) say(file, "rss-parser", `an item without ${key}`);
      }
    }
  } catch (error) {
    say(file, "rss-parser", String(error));
  }
}
