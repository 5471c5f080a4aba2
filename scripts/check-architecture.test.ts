import { expect, test } from "vitest";
import { checkArchitecture, problemsOf, projectPath, readImports } from "./check-architecture.ts";

test("imports are read in every form that the project uses", () => {
  const source = [
    'import { a } from "#server/kernel/clock.ts";',
    'import type { B } from "../store/columns.ts";',
    'import {\n  c,\n  d,\n} from "zod";',
    'export { e } from "./e.ts";',
    'export type { F } from "./f.ts";',
    'import "./side-effect.css";',
    'const g = await import("recharts");',
  ].join("\n");
  expect(readImports(source)).toEqual([
    { target: "#server/kernel/clock.ts", typeOnly: false },
    { target: "../store/columns.ts", typeOnly: true },
    { target: "zod", typeOnly: false },
    { target: "./e.ts", typeOnly: false },
    { target: "./f.ts", typeOnly: true },
    { target: "./side-effect.css", typeOnly: false },
    { target: "recharts", typeOnly: false },
  ]);
});

test("relative and package-import paths mean the same file", () => {
  expect(projectPath("../kernel/clock.ts", "server/ingest/read-body.ts")).toBe("server/kernel/clock.ts");
  expect(projectPath("#server/kernel/clock.ts", "server/ingest/read-body.ts")).toBe("server/kernel/clock.ts");
  expect(projectPath("zod", "server/ingest/read-body.ts")).toBeNull();
});

test.each([
  ["a later stage", "server/windows/fold.ts", 'import { x } from "#server/metrics/registry.ts";'],
  ["a package in mathematics", "server/stats/drift/js.ts", 'import { z } from "zod";'],
  ["the database in a router", "server/api/models.ts", 'import { eq } from "drizzle-orm";'],
  [
    "server code by value in a component",
    "components/fleet/fleet.tsx",
    'import { x } from "#server/windows/merge.ts";',
  ],
  ["Recharts outside charts", "components/fleet/fleet.tsx", 'import { LineChart } from "recharts";'],
  ["a server file in a page", "app/page.tsx", 'import { x } from "#server/metrics/registry.ts";'],
])("%s is refused", (_name, file, source) => {
  expect(problemsOf(file, source)).toHaveLength(1);
});

test.each([
  ["an earlier stage", "server/metrics/query-metrics.ts", 'import { x } from "#server/windows/merge.ts";'],
  [
    "a type of the server in a component",
    "components/fleet/fleet.tsx",
    'import type { X } from "#server/api/root.ts";',
  ],
  ["Recharts in charts", "components/charts/interactive.tsx", 'import { LineChart } from "recharts";'],
])("%s is allowed", (_name, file, source) => {
  expect(problemsOf(file, source)).toEqual([]);
});

test("a tree without sources is a failure, not a pass", () => {
  expect(checkArchitecture(new URL("./nothing-here", import.meta.url).pathname).problems).toHaveLength(1);
});
