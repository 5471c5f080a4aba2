"use client";
import Link from "next/link";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { ConnectSteps } from "#components/connect/connect-steps.tsx";
import { FleetTable } from "#components/fleet/fleet-table.tsx";
import {
  countStates,
  type FleetContext,
  filterFleet,
  firstPage,
  fleetSentence,
  prepareFleetLine,
  STATE_ORDER,
  sortFleet,
} from "#components/fleet/prepare-fleet.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { SearchInput } from "#components/ui/fields.tsx";
import { integer } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Answer } from "#components/ui/panel.tsx";
import { HEALTH_SHAPES, STATE_WORDS } from "#components/ui/state.tsx";
import { parseInstant } from "#components/ui/time.ts";
import type { FleetAnswer, HealthState } from "#server/api/contract.ts";
import "#components/fleet/fleet.css";

const CELLS = 28;
const parsers = {
  state: parseAsArrayOf(parseAsStringLiteral(STATE_ORDER)).withDefault([]),
  q: parseAsString.withDefault("").withOptions({ throttleMs: 300 }),
};

/** Which models need a human, and where to click. */
export function FleetPage() {
  const fleet = useAsk("fleet.get", { cells: CELLS });
  return (
    <div className="wrap">
      <Loaded query={fleet} what="the fleet" height="page">
        {(answer) => (answer.rows.length === 0 ? <FirstModel /> : <Fleet answer={answer} />)}
      </Loaded>
    </div>
  );
}

function FirstModel() {
  return (
    <>
      <Answer
        heading="Fleet"
        say="No model is connected yet."
        more="Three steps, and the first chart moves within seconds."
      />
      <ConnectSteps />
    </>
  );
}

function Fleet({ answer }: { answer: FleetAnswer }) {
  const [{ state, q }, set] = useQueryStates(parsers);
  const monitors = useAsk("monitors.list", undefined);
  const { zone } = useZone();
  const nowMs = useNow();
  const context = useMemo<FleetContext>(
    () => ({ zone, nowMs, monitors: monitors.data ?? [] }),
    [zone, nowMs, monitors.data],
  );
  const shown = useMemo(() => sortFleet(filterFleet(answer.rows, state, q)), [answer.rows, state, q]);
  const lines = useMemo(() => shown.map((row) => prepareFleetLine(row, context)), [shown, context]);
  const counts = countStates(answer.rows);
  const loudest = STATE_ORDER.find((one) => counts[one] > 0) ?? "healthy";
  const toggle = (one: HealthState) =>
    void set({ state: state.includes(one) ? state.filter((other) => other !== one) : [...state, one] });
  return (
    <>
      <Answer
        heading="Fleet"
        icon={<Icon name={HEALTH_SHAPES[loudest]} label={STATE_WORDS[HEALTH_SHAPES[loudest]]} />}
        say={fleetSentence(answer.rows, context, parseInstant(answer.checkedAt))}
        more={<FirstPage />}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a row of filters, not a form */}
      <div className="chips" role="group" aria-label="Filter by state">
        {STATE_ORDER.filter((one) => one !== "learning" || counts.learning > 0).map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={state.includes(one)}
            data-zero={counts[one] === 0 || undefined}
            onClick={() => toggle(one)}
          >
            <Icon name={HEALTH_SHAPES[one]} size="s" />
            {STATE_WORDS[HEALTH_SHAPES[one]]} <b>{integer(counts[one])}</b>
          </button>
        ))}
        <SearchInput
          label="Search models"
          hotkey="/"
          value={q}
          onChange={(event) => void set({ q: event.target.value })}
        />
      </div>
      {lines.length > 0 ? (
        <FleetTable lines={lines} />
      ) : (
        <section className="panel" aria-label="Models">
          <Empty
            icon="search"
            title="No model matches."
            action={
              <button type="button" className="link" onClick={() => void set({ state: null, q: null })}>
                Show all {integer(answer.rows.length)} models
              </button>
            }
          />
        </section>
      )}
      <FleetFoot shown={lines.length} total={answer.rows.length} />
    </>
  );
}

function FirstPage() {
  const alerts = useAsk("alerts.list", { status: "active" });
  const first = firstPage(alerts.data?.alerts ?? []);
  if (first === null) return null;
  return (
    <>
      {first.model}: {first.title.replace(/\.$/, "")}.{" "}
      <Link href={`/alerts/${encodeURIComponent(first.id)}`}>
        Open the {first.severity === "page" ? "page" : "ticket"}
      </Link>
    </>
  );
}

function FleetFoot({ shown, total }: { shown: number; total: number }) {
  return (
    <div className="tablefoot">
      <p>
        {shown === total ? integer(total) : `${integer(shown)} of ${integer(total)}`}{" "}
        {total === 1 ? "model" : "models"} · sorted by state, then longest in it, then name
      </p>
      <ul aria-label="State strip">
        <li>
          <svg className="k" viewBox="0 0 12 12" aria-hidden="true">
            <rect y="8" width="12" height="2" fill="var(--muted)" opacity=".45" />
          </svg>
          healthy
        </li>
        <li>
          <svg className="k" viewBox="0 0 12 12" aria-hidden="true">
            <rect y="4" width="12" height="8" fill="var(--ticket)" />
          </svg>
          warning
        </li>
        <li>
          <svg className="k" viewBox="0 0 12 12" aria-hidden="true">
            <rect width="12" height="12" fill="var(--page)" />
          </svg>
          alerting
        </li>
        <li>
          <svg className="k" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M0 10 10 0M4 12 12 4" stroke="var(--nodata)" />
          </svg>
          no data
        </li>
        <li>
          <svg className="k" viewBox="0 0 12 12" aria-hidden="true">
            <circle cx="6" cy="9" r="1.5" fill="var(--nodata)" />
          </svg>
          not enough data
        </li>
      </ul>
    </div>
  );
}
