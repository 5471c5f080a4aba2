"use client";
import Link from "next/link";
import type { RowsChoice } from "#components/performance/decisions.tsx";
import type { Share } from "#components/performance/share-interval.ts";
import type { Decisions } from "#components/performance/threshold-table.ts";
import { modelPath } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { fixed, integer, NOTHING, percent, range } from "#components/ui/format.ts";

export interface ConfusionAtThresholdProps {
  now: Decisions;
  tried: number;
  positive: string;
  rows: RowsChoice;
  scope: Scope;
}

/** Counts, shares of the row, and their intervals; a count leads to its rows. */
export function ConfusionAtThreshold({ now, tried, positive, rows, scope }: ConfusionAtThresholdProps) {
  const href = (label: "yes" | "no", called: boolean) => {
    const params = new URLSearchParams({ t: `${rows.from}..${rows.to}` });
    const yes = [...new Set([scope.detail.positiveClass ?? "1", "1", "true"])];
    const words = label === "yes" ? [`label:${yes.join("|")}`] : [`-label:${yes.join("|")}`];
    params.set("q", [...words, called ? `score:>=${tried}` : `score:<${tried}`, "is:labelled"].join(" "));
    if (scope.version !== undefined) params.set("v", scope.version);
    if (scope.segment !== undefined) params.set("seg", scope.segment);
    return `${modelPath(scope.model, "predictions")}?${params}`;
  };
  return (
    <section className="confusion" aria-labelledby="confusion">
      <h3 id="confusion">Confusion matrix</h3>
      <p className="muted">
        Threshold {fixed(tried, 2)}, n {integer(now.total)}; share of the row, 95 % interval
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">Truth</span>
            </th>
            <th scope="col">called {positive}</th>
            <th scope="col">not called</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              was {positive}
              <br />
              {integer(now.positives)}
            </th>
            <Cell kind="caught" share={now.recall} href={href("yes", true)} />
            <Cell kind="missed" share={now.missed} href={href("yes", false)} />
          </tr>
          <tr>
            <th scope="row">
              was not
              <br />
              {integer(now.negatives)}
            </th>
            <Cell kind="false alarm" share={now.falsePositiveRate} href={href("no", true)} />
            <Cell kind="right" share={now.specificity} href={href("no", false)} />
          </tr>
        </tbody>
      </table>
      <dl>
        <Rate term="Precision" share={now.precision} />
        <Rate term="Wrong decisions" share={now.wrong} />
        <Rate term={`Called ${positive}`} share={now.called} />
      </dl>
    </section>
  );
}

const interval = (share: Share) => range(share.lo, share.hi, (value) => percent(value, 1));

function Cell({ kind, share, href }: { kind: string; share: Share; href: string }) {
  return (
    <td>
      <span className="subtle">{kind}</span>
      <br />
      <Link href={href}>
        <b>{integer(share.count)}</b>
      </Link>{" "}
      {share.value === null ? "" : percent(share.value)}
      {share.value === null ? null : <span className="second">{interval(share)}</span>}
    </td>
  );
}

function Rate({ term, share }: { term: string; share: Share }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>
        {share.value === null ? NOTHING : percent(share.value)}{" "}
        {share.value === null ? null : <span className="ci">({interval(share)})</span>}
      </dd>
    </>
  );
}
