import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const DOWNLOAD_LIMIT_MS = 240_000;

function onPath(names: readonly string[]): string | null {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here: look on
      }
    }
  }
  return null;
}

const playwrightBrowser = () => (existsSync(chromium.executablePath()) ? chromium.executablePath() : null);

function downloadPlaywrightBrowser(): string | null {
  const cli = join(import.meta.dirname, "..", "node_modules", "@playwright", "test", "cli.js");
  console.log("browser: none found, trying Playwright's own …");
  spawnSync(process.execPath, [cli, "install", "chromium"], { stdio: "ignore", timeout: DOWNLOAD_LIMIT_MS });
  return playwrightBrowser();
}

function installDebianBrowser(): string | null {
  if (onPath(["apt-get"]) === null || process.getuid?.() !== 0) return null;
  console.log("browser: installing Debian's chromium …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-q"], { stdio: "ignore", env });
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
    stdio: "ignore",
    env,
  });
  return onPath(SYSTEM_NAMES);
}

/** A Chromium to test with: what is there, else what can be had. Null when nothing can. */
export function findBrowser(): string | null {
  const chosen = process.env.PLUMBLINE_CHROMIUM;
  if (chosen !== undefined && existsSync(chosen)) return chosen;
  return playwrightBrowser() ?? onPath(SYSTEM_NAMES) ?? downloadPlaywrightBrowser() ?? installDebianBrowser();
}
