import { quote } from "#components/predictions/query-tokens.ts";
import { modelPath } from "#components/shell/carry.ts";
import type { AlertDetail } from "#server/api/contract.ts";

/** `key:value` as the query language writes it. */
function segmentWord(segment: string): string {
  const at = segment.indexOf(":");
  return at < 0 ? quote(segment) : `${quote(segment.slice(0, at))}:${quote(segment.slice(at + 1))}`;
}

/** The query that lists the rows behind an alert: its segments, then its conditions. */
export function rowsQuery(rows: AlertDetail["rows"]): string {
  return [...rows.segment.map(segmentWord), rows.where].filter((part) => part !== "").join(" ");
}

export function predictionsHref(rows: AlertDetail["rows"]): string {
  const params = new URLSearchParams();
  params.set("t", `${rows.from}..${rows.to}`);
  if (rows.version !== null) params.set("v", rows.version);
  const query = rowsQuery(rows);
  if (query !== "") params.set("q", query);
  return `${modelPath(rows.model, "predictions")}?${params}`;
}

/** The performance or feature page at the time of the alert. */
export function evidenceHref(alert: AlertDetail): string {
  const params = new URLSearchParams();
  const from = alert.slots[0]?.at ?? alert.onset;
  const to = alert.slots.at(-1)?.at ?? alert.closedAt ?? alert.openedAt;
  if (Date.parse(from) < Date.parse(to)) params.set("t", `${from}..${to}`);
  params.set("w", alert.rule.window);
  if (alert.segment !== null) params.set("seg", alert.segment);
  if (alert.feature !== null) {
    return `${modelPath(alert.model, "features", alert.feature)}?${params}`;
  }
  params.set("m", alert.metric);
  return `${modelPath(alert.model, "performance")}?${params}`;
}
