import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{server,db,components,cli,demo,scripts,clients,app,bench,docs}/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
});
