"use client";
import { useQueryStates } from "nuqs";
import { type ReactNode, useDeferredValue, useMemo } from "react";
import { CurveChart } from "#components/charts/charts.tsx";
import type { CurveModel } from "#components/charts/prepare-curve.ts";
import { calibrationModel, precisionRecallModel, rocModel } from "#components/performance/binary-curves.ts";
import { ConfusionAtThreshold } from "#components/performance/confusion-at-threshold.tsx";
import type { RowsChoice } from "#components/performance/decisions.tsx";
import { performanceParsers } from "#components/performance/performance-params.ts";
import {
  type Decisions,
  decisionsOf,
  deployedThreshold,
  tallyAt,
  thresholdRange,
} from "#components/performance/threshold-table.ts";
import { thresholdSentence } from "#components/performance/threshold-words.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Button } from "#components/ui/button.tsx";
import { fixed, integer, percent } from "#components/ui/format.ts";
import type { BinaryCurves } from "#server/api/contract.ts";

export interface BinaryDecisionsProps {
  curves: BinaryCurves;
  scope: Scope;
  rows: RowsChoice;
  choice: ReactNode;
  busy: boolean;
}

const HEIGHT = 250;
const STEP = 0.01;

/** What the threshold does: a what-if over labelled rows; nothing is saved here. */
export function BinaryDecisions({ curves, scope, rows, choice, busy }: BinaryDecisionsProps) {
  const { threshold: deployed, inferred } = useMemo(
    () => deployedThreshold(curves, scope.detail.threshold),
    [curves, scope.detail.threshold],
  );
  const [{ cut }, set] = useQueryStates(performanceParsers);
  const range = useMemo(() => thresholdRange(curves.thresholds, deployed), [curves.thresholds, deployed]);
  const tried = cut === null ? deployed : Math.min(range.max, Math.max(range.min, cut));
  const moved = Math.abs(tried - deployed) > STEP / 2;
  const move = (value: number) => {
    const next = Math.round(Math.min(range.max, Math.max(range.min, value)) * 100) / 100;
    void set({ cut: Math.abs(next - deployed) < STEP / 2 ? null : next });
  };
  useHotkeys({ ",": () => move(tried - STEP), ".": () => move(tried + STEP) });
  const now = useMemo(
    () => decisionsOf(moved ? tallyAt(curves.thresholds, tried) : curves.deployed),
    [curves, tried, moved],
  );
  const before = useMemo(() => decisionsOf(curves.deployed), [curves.deployed]);
  const positive = scope.detail.positiveClass ?? "positive";
  return (
    <section className="panel c12 decisions" aria-labelledby="decisions" aria-busy={busy || undefined}>
      {busy ? <span className="progress" /> : null}
      <header>
        <h2 id="decisions">Decisions</h2>
        <span className="sub">what the threshold does; a what-if, nothing is saved here</span>
        <span className="end">{choice}</span>
      </header>
      <ThresholdControl
        tried={tried}
        deployed={deployed}
        range={range}
        inferred={inferred}
        moved={moved}
        onMove={move}
        say={thresholdSentence(
          now,
          before,
          { positive, tried: fixed(tried, 2), deployed: fixed(deployed, 2), moved },
          { integer, percent },
        )}
      />
      <Figures
        curves={curves}
        now={now}
        before={before}
        tried={tried}
        deployed={deployed}
        moved={moved}
        positive={positive}
        rows={rows}
        scope={scope}
      />
    </section>
  );
}

interface ThresholdControlProps {
  tried: number;
  deployed: number;
  range: { min: number; max: number };
  /** Read off the decisions that were logged, because they are not those of the model's own threshold. */
  inferred: boolean;
  moved: boolean;
  say: string;
  onMove: (value: number) => void;
}

function ThresholdControl({ tried, deployed, range, inferred, moved, say, onMove }: ThresholdControlProps) {
  const place = (deployed - range.min) / (range.max - range.min || 1);
  return (
    <div className="threshold">
      <label>
        Threshold{" "}
        <input
          className="in in-small"
          type="number"
          min={range.min}
          max={range.max}
          step={STEP}
          value={tried}
          onChange={(event) => event.target.value !== "" && onMove(Number(event.target.value))}
        />
      </label>
      <div className="slide">
        <input
          type="range"
          aria-label="Decision threshold"
          aria-valuetext={fixed(tried, 2)}
          min={range.min}
          max={range.max}
          step={STEP}
          value={tried}
          onChange={(event) => onMove(Number(event.target.value))}
        />
        <span
          className="deployed"
          style={{ left: `calc(8px + ${place} * (100% - 16px))` }}
          aria-hidden="true"
        >
          {inferred ? "as logged, about" : "deployed"} {fixed(deployed, 2)}
        </span>
      </div>
      <p aria-live="polite">{say}</p>
      <Button
        small
        look="quiet"
        off={moved ? null : "It is the deployed threshold."}
        onClick={() => onMove(deployed)}
      >
        Back to {fixed(deployed, 2)}
      </Button>
    </div>
  );
}

interface FiguresProps {
  curves: BinaryCurves;
  now: Decisions;
  before: Decisions;
  tried: number;
  deployed: number;
  moved: boolean;
  positive: string;
  rows: RowsChoice;
  scope: Scope;
}

function Figures({ curves, now, before, tried, deployed, moved, positive, rows, scope }: FiguresProps) {
  // The numbers follow the slider at once; the curves' marks may follow a frame later.
  const shown = useDeferredValue({ now, before, moved, tried, deployed });
  const roc = useMemo(() => rocModel(curves, shown), [curves, shown]);
  const precision = useMemo(() => precisionRecallModel(curves, shown), [curves, shown]);
  const calibration = useMemo(() => calibrationModel(curves), [curves]);
  return (
    <div className="four">
      <CurveChart
        title="ROC"
        sub={roc.sub}
        height={HEIGHT}
        model={roc.model}
        below={<AxisNames model={roc.model} />}
      />
      <CurveChart
        title="Precision and recall"
        sub={precision.sub}
        height={HEIGHT}
        model={precision.model}
        below={<AxisNames model={precision.model} />}
      />
      <CurveChart
        title="Calibration"
        sub={calibration.sub}
        height={HEIGHT}
        model={calibration.model}
        below={<AxisNames model={calibration.model} />}
      />
      <ConfusionAtThreshold now={now} tried={tried} positive={positive} rows={rows} scope={scope} />
    </div>
  );
}

function AxisNames({ model }: { model: CurveModel }) {
  return (
    <p className="axis-names" aria-hidden="true">
      <span>↑ {model.yLabel}</span>
      <span>{model.xLabel} →</span>
    </p>
  );
}
