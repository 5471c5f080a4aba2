import { gzipSync } from "node:zlib";
import { expect, test } from "./fixtures/world.ts";

const LIMIT_BYTES = 250_000;
const PAGES = [
  "/",
  "/alerts",
  "/models/new",
  "/models/flight-late",
  "/models/flight-late/drift",
  "/models/flight-late/features/distance",
  "/models/flight-late/performance",
  "/models/flight-late/predictions",
  "/models/flight-late/monitors",
  "/models/flight-late/monitors/new",
  "/settings/api-keys",
  "/settings/channels",
];

for (const path of PAGES)
  test(`${path} loads at most 250 kB of JavaScript first`, async ({ request }) => {
    const html = await (await request.get(path)).text();
    // What is marked noModule is for browsers that no page of ours supports; others do not load it.
    const scripts = new Set(
      [...html.matchAll(/<script[^>]+src="([^"]+\.js[^"]*)"[^>]*>/g)]
        .filter(([tag]) => !/\bnomodule\b/i.test(tag))
        .map((match) => match[1] ?? ""),
    );
    expect(scripts.size).toBeGreaterThan(0);
    let bytes = 0;
    for (const script of scripts) bytes += gzipSync(await (await request.get(script)).body()).length;
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  });
