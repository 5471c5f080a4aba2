import {
  assignJointCells,
  DEFAULT_JOINT_PARTITIONS,
  type JointCells,
  type JointColumn,
  jointCellCount,
  learnJointCells,
} from "#server/stats/multivariate/joint-cells.ts";
import {
  type ConformalCellsState,
  createConformalCellsDetector,
} from "#server/stats/sequential/conformal-cells-detector.ts";
import type { EvidenceDetector } from "#server/stats/sequential/evidence-detector.ts";
import { logSumExp } from "#server/stats/sequential/log-sum.ts";
import { overDispersion } from "#server/stats/sequential/over-dispersion.ts";
import { type CellPooling, pooledCounts, rareCellPooling } from "#server/stats/sequential/pool-rare-cells.ts";
import {
  createTwoSampleBayesDetector,
  meanAssessment,
  type TwoSampleDetector,
  type TwoSampleState,
} from "#server/stats/sequential/two-sample-bayes-detector.ts";
import type { Stream } from "./streams/published-stream.ts";

export interface JointSetting {
  readonly windowRows: number;
  readonly referenceRows: number;
  readonly patience: number;
  readonly seed: number;
}

/** One division into cells with both detectors on its counts. */
interface Partition {
  readonly cells: JointCells;
  readonly pooling: CellPooling;
  readonly reference: Float64Array;
  /** Counts of the first windows, the reference's included: what over-dispersion is estimated from. */
  readonly first: Float64Array[];
  conformal: EvidenceDetector<ArrayLike<number>, ConformalCellsState>;
  readonly conformalState: ConformalCellsState;
  bayes: TwoSampleDetector<ArrayLike<number>>;
  readonly bayesState: TwoSampleState;
}

/** Over-dispersion is estimated from the first windows up to four references, and again every so many windows. */
const FIRST_REFERENCES = 4;
const ESTIMATE_EVERY = 10;

const columnsOf = (stream: Stream, from: number, to: number): JointColumn[] =>
  Array.from({ length: stream.features }, (_, feature) => ({
    kind: "number",
    values: Float64Array.from(
      { length: to - from },
      (_, row) => stream.values[(from + row) * stream.features + feature] ?? 0,
    ),
  }));

function learn(stream: Stream, from: number, setting: JointSetting, seed: string): Partition {
  const { windowRows, referenceRows } = setting;
  const columns = columnsOf(stream, from, from + referenceRows);
  const cells = learnJointCells(columns, { seed });
  const homes = assignJointCells(cells, columns);
  const windows = Array.from({ length: Math.floor(referenceRows / windowRows) }, (_, window) =>
    countsOf(homes.subarray(window * windowRows, (window + 1) * windowRows), jointCellCount(cells)),
  );
  const pooling = rareCellPooling(countsOf(homes, jointCellCount(cells)), { ordered: false });
  const pooled = windows.map((window) => pooledCounts(window, pooling));
  const reference = pooledCounts(countsOf(homes, jointCellCount(cells)), pooling);
  const detectors = detectorsOf(reference, pooled);
  return {
    cells,
    pooling,
    reference,
    first: pooled,
    ...detectors,
    conformalState: detectors.conformal.start(),
    bayesState: detectors.bayes.start(),
  };
}

function detectorsOf(reference: Float64Array, first: readonly Float64Array[]) {
  const options = { reference, ordered: false, overDispersion: overDispersion(first) ?? 1 };
  return {
    conformal: createConformalCellsDetector(options),
    bayes: createTwoSampleBayesDetector(options),
  };
}

function countsOf(homes: Int32Array, cells: number): Float64Array {
  const counts = new Float64Array(cells);
  for (const cell of homes) counts[cell] = (counts[cell] ?? 0) + 1;
  return counts;
}

/**
 * Rows at which the joint monitor alarms: the mean of two-sample Bayes and conformal evidence over four divisions into 16
 * cells. The cells come from a reference of the first rows; after an alarm all is learnt anew from the last credible
 * onset on, as soon as enough rows are there.
 */
export function jointAlarms(stream: Stream, setting: JointSetting): number[] {
  const alarms: number[] = [];
  let beginning = 0;
  let heard = 0;
  while (beginning + setting.referenceRows <= stream.rows) {
    const from = Math.max(beginning + setting.referenceRows, heard);
    const found = watch(stream, beginning, from, setting);
    if (found === null) break;
    alarms.push(found.alarm);
    beginning = found.onset;
    heard = found.alarm + 1;
  }
  return alarms;
}

function watch(
  stream: Stream,
  beginning: number,
  from: number,
  setting: JointSetting,
): { alarm: number; onset: number } | null {
  const { windowRows, patience } = setting;
  const partitions = Array.from({ length: DEFAULT_JOINT_PARTITIONS }, (_, index) =>
    learn(stream, beginning, setting, `joint ${setting.seed} ${index}`),
  );
  const first = beginning + setting.referenceRows;
  const firstMax = (FIRST_REFERENCES * setting.referenceRows) / windowRows;
  for (let start = first; start + windowRows <= stream.rows; start += windowRows) {
    const columns = columnsOf(stream, start, start + windowRows);
    for (const partition of partitions) take(partition, columns, firstMax);
    const end = start + windowRows;
    if (end <= from || meanEvidence(partitions) < Math.log(patience)) continue;
    return { alarm: end - 1, onset: first + baselineOf(partitions) * windowRows };
  }
  return null;
}

function take(partition: Partition, columns: JointColumn[], firstMax: number): void {
  const { cells, pooling, reference, first, conformalState, bayesState } = partition;
  const counts = pooledCounts(countsOf(assignJointCells(cells, columns), jointCellCount(cells)), pooling);
  if (first.length < firstMax) {
    first.push(counts);
    if (first.length % ESTIMATE_EVERY === 0) Object.assign(partition, detectorsOf(reference, first));
  }
  partition.conformal.stepInto(conformalState, counts);
  partition.bayes.stepInto(bayesState, counts);
}

function meanEvidence(partitions: readonly Partition[]): number {
  const logs = partitions.flatMap(({ conformal, conformalState, bayes, bayesState }) => [
    conformal.logEvidence(conformalState),
    bayes.logEvidence(bayesState),
  ]);
  return logSumExp(logs) - Math.log(logs.length);
}

/** Where the next baseline begins, over all divisions together (from the first window watched). */
function baselineOf(partitions: readonly Partition[]): number {
  return meanAssessment(partitions.map(({ bayes, bayesState }) => bayes.assess(bayesState))).newBaseline ?? 0;
}
