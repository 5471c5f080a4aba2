import { defineConfig } from "@playwright/test";

/** The browser comes from scripts/find-browser.ts; the server and its flights from e2e/global-setup.ts. */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  workers: 1,
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      ...(process.env.PLUMBLINE_CHROMIUM === undefined
        ? {}
        : { executablePath: process.env.PLUMBLINE_CHROMIUM }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
