import { checkGolden } from "#server/testing/check-golden.ts";
import { benjaminiHochberg } from "../multivariate/benjamini-hochberg.ts";
import { correlationOf, fisherEqualityP } from "../multivariate/correlation-change.ts";
import { covarianceMatrix, covarianceSums } from "../multivariate/covariance.ts";
import type { Matrix } from "../multivariate/feature-table.ts";
import { fitLogistic } from "../multivariate/logistic-regression.ts";
import { exactDiscrepancy } from "../multivariate/maximum-mean-discrepancy.ts";
import { medianDistance } from "../multivariate/median-distance.ts";
import { normalScores } from "../multivariate/normal-scores.ts";
import {
  fitPrincipalComponents,
  reconstructionErrors,
  rootMeanSquareError,
} from "../multivariate/principal-components.ts";
import { fourierDiscrepancy, fourierSums, witnessScores } from "../multivariate/random-fourier-features.ts";
import { runToEnd } from "../multivariate/run-to-end.ts";
import { scoreAuc } from "../multivariate/score-auc.ts";
import { symmetricEigen } from "../multivariate/symmetric-eigen.ts";
import { meanOf, welchDifference } from "../multivariate/welch-difference.ts";

const matrix = (rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  values: Float64Array.from(rows.flat()),
});
const nested = ({ rows, columns, values }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, row) => [...values.slice(row * columns, (row + 1) * columns)]);
const sumsIn = (w: number[][], x: number[][]) => fourierSums({ frequencies: matrix(w) }, matrix(x));

checkGolden(new URL("./multivariate-values.json", import.meta.url), {
  covariance: ({ x }) => nested(covarianceMatrix(covarianceSums(matrix(x)))),
  eigenvalues: ({ m }) => [...symmetricEigen(matrix(m)).values],
  eigenvectors: ({ m }) => nested(symmetricEigen(matrix(m)).vectors),
  pcaErrors: ({ x, y }) => [
    ...reconstructionErrors(fitPrincipalComponents(covarianceSums(matrix(x))), matrix(y)),
  ],
  pcaRms: ({ x, y }) =>
    rootMeanSquareError(fitPrincipalComponents(covarianceSums(matrix(x))), covarianceSums(matrix(y))),
  normalScores: ({ x }) => [...normalScores(x)],
  correlation: ({ a, b }) => correlationOf(a, b)?.value,
  fisherP: ({ r1, n1, r2, n2 }) => fisherEqualityP({ value: r1, n: n1 }, { value: r2, n: n2 }),
  bh: ({ p }) => [...benjaminiHochberg(p)],
  welch: ({ a, b }) => {
    const { value, interval } = welchDifference(meanOf(a), meanOf(b));
    return { value, lo: interval?.lo, hi: interval?.hi };
  },
  logistic: ({ x, y }) => {
    const { intercept, weights } = runToEnd(fitLogistic(matrix(x), y));
    return { intercept, weights: [...weights] };
  },
  scoreAuc: ({ s, y }) => scoreAuc(s, y)?.auc,
  exactMmd: ({ x, y, bandwidth }) => exactDiscrepancy(matrix(x), matrix(y), bandwidth),
  medianDistance: ({ x }) => medianDistance(matrix(x)),
  fourierMmd: ({ x, y, w }) => fourierDiscrepancy(sumsIn(w, x), sumsIn(w, y)),
  witness: ({ x, y, w }) => [
    ...witnessScores({ frequencies: matrix(w) }, sumsIn(w, x), sumsIn(w, y), matrix(y)),
  ],
});
