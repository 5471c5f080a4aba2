import Link from "next/link";
import { seenAt } from "#components/quality/violations-table.tsx";
import { integer, NOTHING, percent } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { State, type StateShape } from "#components/ui/state.tsx";
import type { QualityAnswer, SchemaRow } from "#server/api/contracts/quality.ts";

const SHAPES: Record<SchemaRow["state"], StateShape> = {
  "as expected": "ok",
  added: "learning",
  missing: "ticket",
  "type changed": "ticket",
  constant: "ticket",
  "not judged": "low",
};
const WORDS: Record<SchemaRow["state"], string> = {
  "as expected": "As expected",
  added: "Added",
  missing: "Absent from all rows",
  "type changed": "Type changed",
  constant: "Constant",
  "not judged": "Not judged",
};
const ORDER: readonly SchemaRow["state"][] = [
  "missing",
  "type changed",
  "constant",
  "added",
  "not judged",
  "as expected",
];

/** What the reference promises of each feature, beside what came. */
export function SchemaTable({
  answer,
  zone,
  nowMs,
  hrefOf,
}: {
  answer: QualityAnswer;
  zone: string;
  nowMs: number;
  hrefOf: (feature: string) => string;
}) {
  const rows = [...answer.schema].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const odd = rows.filter(({ state }) => state !== "as expected").length;
  return (
    <Panel
      className="c12"
      title="Schema"
      sub={
        odd === 0
          ? `all ${rows.length} features are as the reference has them`
          : `${odd} of ${rows.length} features differ`
      }
      foot="Added: the reference has no value of it. Constant: one value for two days, where the reference had many and none of them held half of the rows."
    >
      <ScrollRegion label="Schema, a table">
        <table className="dense">
          <caption className="sr">Features expected and seen</caption>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">State</th>
              <th scope="col">Expected</th>
              <th scope="col">Seen</th>
              <th scope="col">Usable in range</th>
              <th scope="col">New values</th>
              <th scope="col">First seen in range</th>
              <th scope="col">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.feature}>
                <th scope="row">
                  <Link href={hrefOf(row.feature)}>{row.feature}</Link>
                </th>
                <td>
                  <State shape={SHAPES[row.state]} word={WORDS[row.state]} />
                </td>
                <td>{row.expected ?? "not in the reference"}</td>
                <td>{row.seen ?? "never"}</td>
                <td className="num">{row.usable === null ? NOTHING : percent(row.usable)}</td>
                <td className="seen">
                  {row.newValues.map(({ value, count }) => `${value} (${integer(count)})`).join(", ") ||
                    NOTHING}
                </td>
                <td>{seenAt(row.firstSeen, zone, nowMs)}</td>
                <td>{seenAt(row.lastSeen, zone, nowMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
