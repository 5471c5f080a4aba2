import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { referenceBins, binOf } from "#server/windows/number-bins.ts";
const NUM = ["scheduled_hour","distance","aircraft_age","seats","temperature","humidity","wind_speed","wind_gust","precipitation","pressure","visibility","origin_delay","carrier_delay","hourly_departures"];
const load = (f: string, ok: (r: Record<string, string>) => boolean) => (parse(gunzipSync(readFileSync(`/work/shared/data/flights/${f}.csv.gz`)), { columns: true }) as Record<string, string>[]).filter(ok);
const ref = load("reference", (r) => r.version === "v1");
const cur = load("predictions", (r) => r.version === "v1" && (r.predicted_at ?? "") < (process.argv[2] ?? "2013-04-01"));
const col = (rows: Record<string, string>[], n: string) => Float64Array.from(rows.filter((r) => r[n] !== "").map((r) => Number(r[n]))).sort();
function below(a: Float64Array, x: number): number { let lo = 0, hi = a.length; while (lo < hi) { const m = (lo + hi) >> 1; if (a[m]! <= x) lo = m + 1; else hi = m; } return lo; }
function exact(a: Float64Array, b: Float64Array): number { const x = Float64Array.from([...a, ...b]).sort(); let w = 0; let i = 0, j = 0; for (let k = 0; k + 1 < x.length; k++) { while (i < a.length && a[i]! <= x[k]!) i++; while (j < b.length && b[j]! <= x[k]!) j++; w += Math.abs(i / a.length - j / b.length) * (x[k + 1]! - x[k]!); } return w; }
function binned(edges: number[], a: Float64Array, b: Float64Array): number {
  const e = Float64Array.from(edges); const p = new Float64Array(e.length + 1), q = new Float64Array(e.length + 1);
  for (const v of a) p[binOf(e, v)]! += 1 / a.length; for (const v of b) q[binOf(e, v)]! += 1 / b.length;
  const lo = Math.min(a[0]!, b[0]!), hi = Math.max(a.at(-1)!, b.at(-1)!); const full = [lo, ...edges.filter((x) => x > lo && x < hi), hi];
  let w = 0, d = 0; for (let k = 0; k + 1 < full.length; k++) { const bin = binOf(e, full[k]!); const next = d + (p[bin]! - q[bin]!); const len = full[k + 1]! - full[k]!; w += d * next >= 0 ? len * Math.abs(d + next) / 2 : len * (d * d + next * next) / (2 * Math.abs(next - d)); d = next; }
  return w;
}
const quant = (s: Float64Array, q: number) => { const p = (s.length - 1) * q; const i = Math.floor(p); return s[i]! + ((s[i + 1] ?? s[i]!) - s[i]!) * (p - i); };
for (const n of NUM) {
  const a = col(ref, n), b = col(cur, n); const mean = a.reduce((x, y) => x + y, 0) / a.length; const sd = Math.sqrt(a.reduce((x, y) => x + (y - mean) ** 2, 0) / a.length);
  const bins = referenceBins(a);
  const tails = [0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999].flatMap((q) => [quant(a, q), quant(a, 1 - q)]);
  const refined = bins.origin === "values" ? [...bins.edges] : [...new Set([...bins.edges, ...tails])].filter((x) => x > a[0]! && x <= a.at(-1)!).sort((x, y) => x - y);
  console.log(n.padEnd(18), "exact", (exact(a, b) / sd).toFixed(4), "now", (binned([...bins.edges], a, b) / sd).toFixed(4), "refined", (binned(refined, a, b) / sd).toFixed(4), bins.edges.length, refined.length, bins.origin);
}
