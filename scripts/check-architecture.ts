/**
 * Holds the one direction of imports. Each row says what a folder may import; the longest matching prefix counts.
 * A broken rule fails the build with a sentence that says where the code belongs.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

export interface Rule {
  readonly folder: string;
  /** Prefixes of project files that may be imported by value. */
  readonly may: readonly string[];
  /** Prefixes that may be imported as types only. */
  readonly mayTypes?: readonly string[];
  /** Packages that may be imported; undefined: any that no other row reserves. */
  readonly packages?: readonly string[];
  readonly instead: string;
}

const CONTRACTS = ["server/store/columns.ts", "server/store/append.ts"];
const BESIDE = ["server/kernel/", "server/stats/", "server/models/", "server/access/"];
const line = (...stages: string[]) => stages.map((stage) => `server/${stage}/`);

export const RULES: readonly Rule[] = [
  {
    folder: "server/stats/",
    may: ["server/stats/"],
    packages: [],
    instead: "Mathematics takes arrays and numbers; whatever needs more belongs to the stage that calls it.",
  },
  {
    folder: "server/kernel/",
    may: ["server/kernel/"],
    instead: "The kernel serves everyone and knows nobody; move the code to the stage that it speaks of.",
  },
  {
    folder: "db/",
    may: ["db/", "server/kernel/"],
    mayTypes: ["server/"],
    instead: "Queries know tables only; decisions belong to the stage that asks.",
  },
  {
    folder: "server/access/",
    may: ["server/access/", "server/kernel/", "server/models/", "db/"],
    mayTypes: ["server/api/contract"],
    instead: "Access decides who may; it runs no stage.",
  },
  {
    folder: "server/models/",
    may: ["server/models/", "server/kernel/", "server/access/", "db/"],
    mayTypes: ["server/api/contract", "server/store/"],
    instead: "Models are facts beside the line; work on rows belongs to a stage.",
  },
  {
    folder: "server/ingest/",
    may: [...line("ingest"), ...BESIDE, ...CONTRACTS, "db/"],
    mayTypes: ["server/store/", "server/api/contract"],
    instead: "Ingest hands columns to the writer and knows no later stage.",
  },
  {
    folder: "server/store/",
    may: [...line("store"), ...BESIDE],
    mayTypes: [],
    instead: "The store keeps rows; what is computed from them belongs to windows or metrics.",
  },
  {
    folder: "server/windows/",
    may: [...line("windows", "store"), ...BESIDE],
    mayTypes: ["server/api/contract"],
    instead: "Windows fold rows; whoever reads them comes later in the line.",
  },
  {
    folder: "server/references/",
    may: [...line("references", "windows", "store", "ingest"), ...BESIDE, "db/"],
    mayTypes: ["server/api/contract"],
    instead: "References are profiles made from rows; comparisons belong to metrics.",
  },
  {
    folder: "server/metrics/",
    may: [...line("metrics", "references", "windows", "store"), ...BESIDE, "db/", "server/api/contract"],
    instead: "Metrics are numbers; limits on them belong to monitors.",
  },
  {
    folder: "server/monitors/",
    may: [
      ...line("monitors", "metrics", "references", "windows", "store"),
      ...BESIDE,
      "db/",
      "server/api/contract",
      "server/alerts/transition.ts",
      "server/alerts/replay.ts",
    ],
    mayTypes: ["server/alerts/"],
    instead: "Monitors say what is watched; what happens when one fires belongs to alerts.",
  },
  {
    folder: "server/alerts/",
    may: [
      ...line("alerts", "monitors", "metrics", "references", "windows", "store"),
      ...BESIDE,
      "db/",
      "server/api/contract",
    ],
    instead: "Alerts write outbox rows; sending them belongs to notify.",
  },
  {
    folder: "server/notify/",
    may: [...line("notify", "alerts", "monitors"), ...BESIDE, "db/", "server/api/contract"],
    instead: "Notify reads the outbox and knows no route.",
  },
  {
    folder: "server/testing/",
    may: ["server/", "db/"],
    instead: "Test worlds stand beside the line and are imported by tests only.",
  },
  {
    folder: "server/api/",
    may: [
      ...line("api", "notify", "alerts", "monitors", "metrics", "references", "windows", "store", "ingest"),
      ...BESIDE,
      "db/",
    ],
    instead: "Routers are thin: they call a stage.",
  },
  {
    folder: "server/http/",
    may: ["server/"],
    mayTypes: ["db/"],
    instead: "HTTP turns requests into calls; queries belong behind a stage.",
  },
  { folder: "server/workers/", may: ["server/", "db/"], instead: "" },
  { folder: "server/", may: ["server/", "db/"], instead: "" },
  {
    folder: "cli/",
    may: ["cli/", "server/", "db/", "demo/", "clients/"],
    instead: "A command parses words and calls a stage.",
  },
  { folder: "demo/", may: ["demo/", "server/kernel/"], instead: "The demo speaks HTTP like any service." },
  {
    folder: "components/",
    may: [
      "components/",
      "server/api/contract",
      "server/metrics/registry.ts",
      "server/metrics/metric-ids.ts",
      "server/metrics/near-matches.ts",
      "server/metrics/evidence/evidence-test.ts",
      "server/models/binary-class.ts",
      "server/api/inputs.ts",
      "server/stats/drift/threshold-equivalents.ts",
      "server/kernel/clock.ts",
      "server/alerts/transition.ts",
      "server/alerts/replay.ts",
    ],
    mayTypes: ["server/"],
    instead:
      "Components show what the API answers; put pure code that both sides need into one of the files named here.",
  },
  {
    folder: "app/",
    may: ["app/", "components/"],
    mayTypes: ["server/api/"],
    instead: "Routes only choose a component; code belongs to components.",
  },
];

/** Packages that only some folders may import. */
export const RESERVED: ReadonlyArray<{ package: string; folders: readonly string[] }> = [
  { package: "drizzle-orm", folders: ["db/", "server/access/"] },
  { package: "better-sqlite3", folders: ["db/", "server/store/sqlite/", "bench/"] },
  { package: "recharts", folders: ["components/charts/"] },
];

const CHECKED = ["server", "db", "cli", "demo", "components", "app"];
const TEST_FILE = /\.(test|prop\.test|db\.test|conformance)\.tsx?$/;
const IMPORT =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{}\s,$]+\sfrom\s+)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']\s*\)/g;

export interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

export function readImports(source: string): Import[] {
  const found: Import[] = [];
  for (const match of source.matchAll(IMPORT)) {
    const target = match[3] ?? match[4];
    if (target !== undefined) found.push({ target, typeOnly: match[2] !== undefined });
  }
  return found;
}

/** The project path that an import means, or null for a package. */
export function projectPath(target: string, importer: string): string | null {
  if (target.startsWith("#")) return target.slice(1);
  if (target.startsWith(".")) return posix.join(posix.dirname(importer), target);
  return null;
}

const packageName = (target: string) =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");

const ruleFor = (file: string) =>
  RULES.filter((rule) => file.startsWith(rule.folder)).sort((a, b) => b.folder.length - a.folder.length)[0];

function packageProblem(file: string, rule: Rule, name: string): string | null {
  const reserved = RESERVED.find((row) => row.package === name);
  if (reserved !== undefined && !reserved.folders.some((folder) => file.startsWith(folder)))
    return `${file} imports ${name}, which only ${reserved.folders.join(", ")} may.`;
  if (rule.packages !== undefined && !rule.packages.includes(name))
    return `${file} imports ${name}, but ${rule.folder} imports no package. ${rule.instead}`;
  return null;
}

export function problemsOf(file: string, source: string): string[] {
  const rule = ruleFor(file);
  if (rule === undefined) return [];
  const problems: string[] = [];
  for (const { target, typeOnly } of readImports(source)) {
    const path = projectPath(target, file);
    if (path === null) {
      const problem = packageProblem(file, rule, packageName(target));
      if (problem !== null) problems.push(problem);
      continue;
    }
    const allowed = [...rule.may, ...(typeOnly ? (rule.mayTypes ?? []) : [])];
    if (!allowed.some((prefix) => path.startsWith(prefix)))
      problems.push(
        `${file} imports ${path}, which ${rule.folder} may not${typeOnly ? "" : " by value"}. ${rule.instead}`,
      );
  }
  return problems;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) && !TEST_FILE.test(name) ? [path] : [];
  });
}

export function checkArchitecture(root: string): { problems: string[]; files: number; edges: number } {
  const existing = CHECKED.filter(
    (folder) => statSync(join(root, folder), { throwIfNoEntry: false }) !== undefined,
  );
  const problems: string[] = [];
  let edges = 0;
  const files = existing.flatMap((folder) => sourceFiles(join(root, folder)));
  for (const path of files) {
    const file = relative(root, path).split(sep).join("/");
    const source = readFileSync(path, "utf8");
    edges += readImports(source).filter(({ target }) => projectPath(target, file) !== null).length;
    problems.push(...problemsOf(file, source));
  }
  if (files.length === 0 || edges === 0)
    problems.push("No source files or no imports were seen, so nothing was checked.");
  return { problems, files: files.length, edges };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { problems, files, edges } = checkArchitecture(resolve(dirname(process.argv[1]), ".."));
  for (const problem of problems) console.error(problem);
  console.log(`architecture: ${files} files, ${edges} imports, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
