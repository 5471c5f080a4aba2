"use client";
import { useQueryStates } from "nuqs";
import { fairnessParsers } from "#components/fairness/fairness-params.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Checkbox } from "#components/ui/fields.tsx";
import { fixed, integer, NOTHING, percent, range } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { FairnessAnswer, ImpactCategory } from "#server/api/contracts/fairness.ts";

/** The table of a bias audit under New York City's Local Law 144: every rate against the highest. */
export function ImpactTable({ scope, answer }: { scope: Scope; answer: FairnessAnswer }) {
  const [{ small }, set] = useQueryStates(fairnessParsers);
  const { selection, scoring } = answer.impact;
  if (selection.length === 0 || answer.outcome === null) return null;
  return (
    <Panel
      className="c12"
      title="Impact ratios"
      sub="each rate ÷ the highest rate, as a bias audit under NYC Local Law 144 asks"
      end={
        <>
          <Checkbox checked={small} onChange={(event) => void set({ small: event.target.checked || null })}>
            leave groups under 2 % out of the ratios
          </Checkbox>
          <a className="more" href={csvHref(scope, answer, small)} download="impact-ratios.csv">
            CSV
          </a>
        </>
      }
      foot={`Unknown group: ${integer(answer.unknown.rows)} rows, in no ratio. The interval (Katz, rows taken as independent) and the mark at four fifths are not part of the law: 0.8 is the EEOC’s guide. Scoring rate: share scoring above the median of all rows.`}
    >
      <ScrollRegion label="Table of impact ratios">
        <table className="fair-impact">
          <thead>
            <tr>
              <th scope="col">{answer.key}</th>
              <th scope="col" className="num">
                n
              </th>
              <th scope="col" className="num">
                Share
              </th>
              <th scope="col" className="num">
                Selection rate
              </th>
              <th scope="col" className="num">
                Impact ratio
              </th>
              {scoring ? (
                <>
                  <th scope="col" className="num">
                    Scoring rate
                  </th>
                  <th scope="col" className="num">
                    Impact ratio
                  </th>
                </>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {selection.map((row, index) => (
              <tr key={row.group} className={row.isSmall ? "dim" : undefined}>
                <th scope="row">{row.group}</th>
                <td className="num">{integer(row.n)}</td>
                <td className="num">{percent(row.share)}</td>
                <Ratio row={row} />
                {scoring ? <Ratio row={scoring[index] ?? null} /> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function Ratio({ row }: { row: ImpactCategory | null }) {
  if (row === null) return <td colSpan={2} />;
  const low = row.impactRatio !== null && row.impactRatio < 0.8;
  return (
    <>
      <td className="num">{row.rate === null ? NOTHING : percent(row.rate)}</td>
      <td className="num">
        {row.isHighest ? <span className="muted">highest </span> : null}
        {row.excluded ? <span className="muted">left out </span> : null}
        {row.impactRatio === null ? NOTHING : fixed(row.impactRatio, 2)}{" "}
        {row.ci ? <span className="ci">{range(row.ci.lo, row.ci.hi, (end) => fixed(end, 2))}</span> : null}
        {low ? <Icon name="down" size="xs" label="under four fifths" /> : null}
      </td>
    </>
  );
}

function csvHref({ model, version }: Scope, answer: FairnessAnswer, excludeSmall: boolean): string {
  const query = new URLSearchParams({
    ...(answer.from === null ? {} : { from: answer.from }),
    ...(answer.to === null ? {} : { to: answer.to }),
    ...(answer.key === null ? {} : { key: answer.key }),
    ...(answer.outcome === null ? {} : { outcome: answer.outcome }),
    ...(answer.threshold === null ? {} : { threshold: String(answer.threshold) }),
    ...(excludeSmall ? { excludeSmall: "true" } : {}),
    ...(version === undefined ? {} : { version }),
    format: "csv",
  });
  return `/api/v1/models/${encodeURIComponent(model)}/fairness?${query}`;
}
