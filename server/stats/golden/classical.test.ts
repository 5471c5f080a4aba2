import { checkGolden } from "../../testing/check-golden.ts";
import { adaptiveWindowCut, createAdaptiveWindow } from "../classical/adaptive-window.ts";
import { chunkSigmaLimits } from "../classical/chunk-sigma.ts";
import { cusumStep } from "../classical/cusum.ts";
import { createDriftDetection } from "../classical/drift-detection-method.ts";
import { createEarlyDrift } from "../classical/early-drift-detection.ts";
import { createHoeffdingAverage } from "../classical/hoeffding-average.ts";
import { createPageHinkley } from "../classical/page-hinkley.ts";
import { equalSampleKolmogorov } from "../classical/sliding-kolmogorov.ts";
import { kSigmaFalseAlarmRate } from "../sequential/false-alarm-budget.ts";

const valuesOf = ({ digits }: { digits: string }): number[] => Array.from(digits, Number);

checkGolden(new URL("./classical-values.json", import.meta.url), {
  pageHinkley: ({ x }, { delta, alpha }) => {
    const detector = createPageHinkley({ slack: delta, fading: alpha });
    const state = detector.start();
    return x.map((value: number) => {
      detector.stepInto(state, value);
      return state.up;
    });
  },
  cusum: ({ x, mu, k }) => {
    let sum = 0;
    return x.map((value: number) => {
      sum = cusumStep(sum, value, { mean: mu, slack: k });
      return sum;
    });
  },
  adwinEpsCut: ({ width, n0, n1, variance, delta }, { min_window_length: partMin }) =>
    adaptiveWindowCut({ width, older: n0, newer: n1, variance }, { confidence: delta, partMin }),
  kSigmaFalseAlarmRate: ({ m, k }) => kSigmaFalseAlarmRate({ chunks: m, sigmas: k }),
  kSigma: ({ x, k }) => {
    const limits = chunkSigmaLimits(x, k);
    return [limits?.lo, limits?.hi];
  },
  adwin: (inputs, params) => createAdaptiveWindow(params).alarms(valuesOf(inputs)),
  pageHinkleyRows: (inputs, params) =>
    createPageHinkley({ ...params, from: "extreme" }).alarms(valuesOf(inputs)),
  ddm: (inputs) => createDriftDetection().alarms(valuesOf(inputs)),
  eddm: (inputs) => createEarlyDrift().alarms(valuesOf(inputs)),
  hddmA: (inputs, params) => createHoeffdingAverage(params).alarms(valuesOf(inputs)),
  equalSampleKolmogorov: ({ n, steps }) => equalSampleKolmogorov(n, steps),
});
