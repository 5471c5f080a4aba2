import { stateRuns } from "#components/quality/prepare-checks.ts";
import { CHECK_STATE_WORDS } from "#components/quality/quality-words.ts";
import type { CheckState } from "#server/api/contracts/quality.ts";

const STRIP = { width: 520, height: 16 };

/** One check through time. Height says how bad it is, so that the strip reads without colour. */
export function CheckStrip({ states, label }: { states: readonly CheckState[]; label: string }) {
  const cell = STRIP.width / Math.max(1, states.length);
  return (
    <svg
      className="cells"
      viewBox={`0 0 ${STRIP.width} ${STRIP.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {stateRuns(states).map(({ state, from, length }) => (
        <Run key={from} state={state} x={from * cell} width={Math.max(0.8, length * cell - 0.6)} />
      ))}
    </svg>
  );
}

function Run({ state, x, width }: { state: CheckState; x: number; width: number }) {
  switch (state) {
    case "ok":
      return <rect x={x} y="12" width={width} height="3" fill="var(--muted)" opacity=".35" />;
    case "may":
      return <rect x={x} y="8" width={width} height="7" fill="var(--ticket)" opacity=".45" />;
    case "spells":
      return (
        <>
          <rect x={x} y="4" width={width} height="11" fill="var(--ticket)" opacity=".7" />
          <rect x={x} y="8" width={width} height="3" fill="var(--bg)" />
        </>
      );
    case "beyond":
      return <rect x={x} y="1" width={width} height="14" fill="var(--page)" />;
    case "low":
      return <rect x={x + width / 2 - 0.7} y="12" width="1.4" height="2" fill="var(--nodata)" />;
    case "learning":
      return (
        <rect x={x} y="11" width={width} height="4" fill="none" stroke="var(--nodata)" strokeWidth=".8" />
      );
    case "none":
      return null;
  }
}

const SHOWN = ["ok", "may", "spells", "beyond", "low", "none"] as const;

export function CheckLegend() {
  return (
    <span className="check-legend">
      {SHOWN.map((state) => (
        <span key={state}>
          <svg width="14" height="16" viewBox="0 0 14 16" aria-hidden="true">
            <Run state={state} x={0} width={14} />
            {state === "none" ? <path d="M0 15H14" stroke="var(--border)" /> : null}
          </svg>
          {CHECK_STATE_WORDS[state]}
        </span>
      ))}
    </span>
  );
}
