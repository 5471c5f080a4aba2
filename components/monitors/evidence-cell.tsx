import { evidenceShare } from "#components/monitors/monitor-groups.ts";
import { evidenceLine, evidenceWords, metricLimit, metricValue } from "#components/ui/metric-words.ts";
import type { Monitor, SlotEvidence } from "#server/api/contract.ts";

const WIDTH = 72;
const HEIGHT = 18;
const EDGE = 4;

/** How far the evidence has come toward its alarm; the last value stands below, since it decides nothing by itself. */
export function EvidenceCell({ monitor, evidence }: { monitor: Monitor; evidence: SlotEvidence }) {
  const { last, metric, limit } = monitor;
  const alarmed = monitor.state === "firing" || monitor.state === "recovering";
  return (
    <span className="dotcell">
      <Toward share={evidenceShare(monitor) ?? 0} />
      <span>
        {evidenceWords(evidence.log10)} <span className="ci">of {evidenceLine(evidence.line)}</span>
        {alarmed ? <span className="ci">, anew</span> : null}
        <span className="second">
          now {metricValue(metric, last?.value ?? null)}, limit {metricLimit(metric, limit)}
        </span>
      </span>
    </span>
  );
}

function Toward({ share }: { share: number }) {
  const length = WIDTH - 2 * EDGE;
  return (
    <svg
      className="dotinterval"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <rect x={EDGE} y={HEIGHT / 2 - 3} width={length} height={6} fill="var(--sunken)" />
      <rect x={EDGE} y={HEIGHT / 2 - 3} width={share * length} height={6} fill="var(--fg)" />
      <line
        x1={EDGE + length}
        x2={EDGE + length}
        y1={1}
        y2={HEIGHT - 1}
        stroke="var(--page)"
        strokeWidth={1.25}
      />
    </svg>
  );
}
