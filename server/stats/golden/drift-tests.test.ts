import { checkGolden } from "#server/testing/check-golden.ts";
import { andersonDarling } from "../drift/anderson-darling.ts";
import { likelihoodRatioTest } from "../drift/chi-squared-homogeneity.ts";
import { cramerVonMises, cramerVonMisesPValue } from "../drift/cramer-von-mises.ts";
import { cramersV } from "../drift/cramers-v.ts";
import { energyDistance, normalisedEnergyDistance } from "../drift/energy-distance.ts";
import { fisherExact } from "../drift/fisher-exact.ts";
import { kolmogorovSmirnovExact } from "../drift/kolmogorov-exact.ts";
import { twoProportions } from "../drift/two-proportions.ts";

const deviation = (values: number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};
const ratios = ({ k1, n1, k2, n2 }: Record<"k1" | "n1" | "k2" | "n2", number>) =>
  [
    { successes: k1, trials: n1 },
    { successes: k2, trials: n2 },
  ] as const;

checkGolden(new URL("./drift-tests-values.json", import.meta.url), {
  cramerVonMises2: ({ x, y }) => cramerVonMises(x, y),
  cramerVonMises2P: ({ x, y }) =>
    cramerVonMisesPValue(cramerVonMises(x, y) ?? Number.NaN, { nRef: x.length, nCur: y.length }),
  andersonDarling: ({ samples }) => andersonDarling(samples),
  energyDistance: ({ x, y }) => energyDistance(x, y),
  energyNormalised: ({ x, y }) => normalisedEnergyDistance(energyDistance(x, y) ?? Number.NaN, deviation(x)),
  fisherExact: (counts) => fisherExact(...ratios(counts)),
  twoProportionZ: (counts) => {
    const found = twoProportions(...ratios(counts));
    return { z: found?.z, pvalue: found?.pValue };
  },
  ksExact: ({ D, n, m }) => kolmogorovSmirnovExact(D, { nRef: n, nCur: m }),
  gTest: ({ ref, cur }) => {
    const found = likelihoodRatioTest(ref, cur);
    return { statistic: found?.statistic, pvalue: found?.pValue, df: found?.degrees };
  },
  cramersVCorrected: ({ ref, cur }) => cramersV(ref, cur, { corrected: true }),
});
