"use client";
import Link from "next/link";
import { useRef } from "react";
import { CHECK_WORDS, factorWords, spellWords } from "#components/quality/quality-words.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { Empty } from "#components/ui/block.tsx";
import { integer, NOTHING, percent, range, times } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { State } from "#components/ui/state.tsx";
import { instantText, sinceText, windowText } from "#components/ui/time.ts";
import type { QualityAnswer, Violation } from "#server/api/contracts/quality.ts";

export interface ViolationsTableProps {
  answer: QualityAnswer;
  zone: string;
  nowMs: number;
  hrefOf: (feature: string) => string;
  busy: boolean;
}

/** What is beyond its limit now, then what was in the range; most over its limit first. `j k` move, Enter opens the feature. */
export function ViolationsTable({ answer, zone, nowMs, hrefOf, busy }: ViolationsTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (by: 1 | -1) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>("th a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  };
  useHotkeys({ j: () => move(1), k: () => move(-1) });
  const { violations, refId } = answer;
  return (
    <Panel
      className="c12"
      title="Violations"
      sub="now, then earlier in the range; j and k move, Enter opens the feature"
      busy={busy}
      foot="Evidence adds up over windows: ×1,900 means that bets against “the rate is within its limit” grew 1,900-fold. The alarm line follows from the model’s false-alarm budget."
    >
      {violations.length === 0 ? (
        <Empty
          icon={refId === null ? "learning" : "ok"}
          title={
            refId === null
              ? "There is no reference yet, so only what is plainly broken would be listed here, and nothing is."
              : "No check is beyond its limit in this range."
          }
        />
      ) : (
        <ScrollRegion label="Violations, a table">
          <table className="dense violations">
            <caption className="sr">Checks beyond their limit, most over it first</caption>
            <thead>
              <tr>
                <th scope="col">Feature</th>
                <th scope="col">Check</th>
                <th scope="col">State</th>
                <th scope="col">Rate, 95 % interval</th>
                <th scope="col">Reference → limit</th>
                <th scope="col">÷ limit</th>
                <th scope="col">When</th>
                <th scope="col">Evidence</th>
                <th scope="col">What was seen</th>
              </tr>
            </thead>
            <tbody ref={body}>
              {violations.map((violation) => (
                <Line
                  key={`${violation.check} ${violation.feature}`}
                  violation={violation}
                  {...{ zone, nowMs, href: hrefOf(violation.feature) }}
                />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function Line({
  violation,
  zone,
  nowMs,
  href,
}: {
  violation: Violation;
  zone: string;
  nowMs: number;
  href: string;
}) {
  const { feature, check, now, rate, ci, bad, n, reference, limit, ratio } = violation;
  return (
    <tr className="go">
      <th scope="row">
        <Link href={href}>{feature}</Link>
      </th>
      <td>{CHECK_WORDS[check]}</td>
      <td>{now ? <State shape="ticket" word="Now" /> : <span className="muted">earlier</span>}</td>
      <td className="num">
        {percent(rate)} <span className="muted">({range(ci.lo, ci.hi, percent)})</span>
        <span className="what-line">
          {integer(bad)} of {integer(n)}
        </span>
      </td>
      <td className="num">
        {reference === null || limit === null
          ? "no reference"
          : `${percent(reference.rate)} → ${percent(limit)}`}
      </td>
      <td className="num">{ratio === null ? NOTHING : times(ratio)}</td>
      <td>{whenWords(violation, zone, nowMs)}</td>
      <td className="num">
        <Evidence evidence={violation.evidence} />
      </td>
      <td className="seen">{seenWords(violation, zone)}</td>
    </tr>
  );
}

function Evidence({ evidence }: Pick<Violation, "evidence">) {
  if (evidence === null) return NOTHING;
  return (
    <>
      {factorWords(evidence.log10)}
      <span className="what-line">alarm at {factorWords(evidence.alarm)}</span>
    </>
  );
}

function whenWords({ now, since, from, to }: Violation, zone: string, nowMs: number): string {
  if (now && since !== null) return sinceText(Date.parse(since), nowMs, zone);
  return windowText(Date.parse(from), Date.parse(to), zone);
}

function seenWords(violation: Violation, zone: string): string {
  const spells = spellWords(violation, zone);
  const examples = violation.examples.map(({ value, count }) => `${value} (${integer(count)})`).join(", ");
  return [examples, spells ?? ""].filter((words) => words !== "").join(" · ") || NOTHING;
}

/** For a caption: the instant a row was first or last seen. */
export function seenAt(instant: string | null, zone: string, nowMs: number): string {
  return instant === null ? NOTHING : instantText(Date.parse(instant), zone, nowMs);
}
