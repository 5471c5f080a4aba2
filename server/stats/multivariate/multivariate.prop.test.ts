import fc from "fast-check";
import { expect, test } from "vitest";
import { normalQuantile } from "../distributions/normal.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import { bottomK, rowHash } from "../sketch/bottom-k.ts";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";
import { correlationChanges, largestCorrelationChange } from "./correlation-change.ts";
import { covarianceMatrix, covarianceSums, mergeCovariance } from "./covariance.ts";
import { domainClassifier } from "./domain-classifier.ts";
import { encodeFeatures, fitFeatureEncoding } from "./encode-features.ts";
import type { FeatureTable, Matrix } from "./feature-table.ts";
import { exactDiscrepancy, permutationTest } from "./maximum-mean-discrepancy.ts";
import { medianDistance } from "./median-distance.ts";
import {
  fitPrincipalComponents,
  reconstructionChange,
  reconstructionErrors,
  rootMeanSquareError,
} from "./principal-components.ts";
import {
  fourierBlocks,
  fourierDiscrepancy,
  fourierDiscrepancyEstimate,
  fourierMap,
  fourierSums,
  mergeFourierSums,
  witnessScores,
} from "./random-fourier-features.ts";
import { runToEnd } from "./run-to-end.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const cell = fc.double({ min: -100, max: 100, noNaN: true });
const matrixOf = (columns: number, min = 0, max = 30) =>
  fc
    .array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: min, maxLength: max })
    .map((rows): Matrix => ({ rows: rows.length, columns, values: Float64Array.from(rows.flat()) }));
const near = (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-9) => {
  expect(got.length).toBe(wanted.length);
  for (let at = 0; at < wanted.length; at++) {
    expect(Math.abs((got[at] ?? 0) - (wanted[at] ?? 0))).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(wanted[at] ?? 0)),
    );
  }
};
const stacked = (a: Matrix, b: Matrix): Matrix => ({
  rows: a.rows + b.rows,
  columns: a.columns,
  values: Float64Array.from([...a.values, ...b.values]),
});
const normals = (seed: string) => {
  const next = seededGenerator(seed);
  return () => normalQuantile(Math.max(1e-12, next()));
};
const normalMatrix = (seed: string, rows: number, columns: number, shift = 0): Matrix => {
  const draw = normals(seed);
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => shift + draw()) };
};

test("covariance sums: those of parts merged are those of the whole, in either order", () => {
  fc.assert(
    fc.property(matrixOf(3), matrixOf(3), (a, b) => {
      const whole = covarianceSums(stacked(a, b));
      for (const merged of [
        mergeCovariance(covarianceSums(a), covarianceSums(b)),
        mergeCovariance(covarianceSums(b), covarianceSums(a)),
      ]) {
        expect(merged.n).toBe(whole.n);
        near(merged.mean, whole.mean);
        near(merged.products, whole.products, 1e-8);
      }
    }),
  );
});

test("Fourier sums: those of parts added are those of the whole", () => {
  const map = fourierMap("property", { columns: 2, bandwidth: 3, directions: 8 });
  fc.assert(
    fc.property(matrixOf(2), matrixOf(2), (a, b) => {
      const whole = fourierSums(map, stacked(a, b));
      const merged = mergeFourierSums(fourierSums(map, a), fourierSums(map, b));
      expect(merged.n).toBe(whole.n);
      near(merged.sums, whole.sums);
    }),
  );
});

test("eigenvectors are orthonormal and rebuild the matrix; the trace is the sum of the values", () => {
  fc.assert(
    fc.property(matrixOf(4, 2), (rows) => {
      const matrix = covarianceMatrix(covarianceSums(rows));
      const { values, vectors } = symmetricEigen(matrix);
      const v = (k: number, i: number) => vectors.values[k * 4 + i] ?? 0;
      const scale = 1 + Math.abs(values[0] ?? 0);
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) {
          let dot = 0;
          let rebuilt = 0;
          for (let k = 0; k < 4; k++) {
            dot += v(i, k) * v(j, k);
            rebuilt += (values[k] ?? 0) * v(k, i) * v(k, j);
          }
          expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-10);
          expect(Math.abs(rebuilt - (matrix.values[i * 4 + j] ?? 0))).toBeLessThan(1e-10 * scale);
        }
      }
    }),
  );
});

test("the root mean square from sums is that of the rows", () => {
  fc.assert(
    fc.property(matrixOf(3, 3), matrixOf(3, 1), (reference, current) => {
      const fit = fitPrincipalComponents(covarianceSums(reference));
      const errors = reconstructionErrors(fit, current);
      const wanted = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
      expect(Math.abs(rootMeanSquareError(fit, covarianceSums(current)) - wanted)).toBeLessThan(
        1e-5 * (1 + wanted),
      );
    }),
  );
});

test("the discrepancy of Fourier features is near the exact one on a thousand rows, and nearer with more directions", () => {
  const reference = normalMatrix("reference", 500, 5);
  const current = normalMatrix("current", 500, 5, 0.3);
  const bandwidth = medianDistance(reference);
  const exact = exactDiscrepancy(reference, current, bandwidth);
  const errorOf = (directions: number) => {
    let sum = 0;
    for (let seed = 0; seed < 8; seed++) {
      const map = fourierMap(`${seed}`, { columns: 5, bandwidth, directions });
      sum += Math.abs(fourierDiscrepancy(fourierSums(map, reference), fourierSums(map, current)) - exact);
    }
    return sum / 8;
  };
  expect(exact).toBeGreaterThan(0.01);
  expect(errorOf(128)).toBeLessThan(0.1 * exact + 0.002);
  expect(errorOf(1024)).toBeLessThan(errorOf(32));
});

test("the witness is larger on current rows; the gap of its means is the biased discrepancy", () => {
  const map = fourierMap("witness", { columns: 2, bandwidth: 2, directions: 32 });
  const [reference, current] = [normalMatrix("a", 300, 2), normalMatrix("b", 300, 2, 0.7)];
  const [then, now] = [fourierSums(map, reference), fourierSums(map, current)];
  const mean = (rows: Matrix) =>
    witnessScores(map, then, now, rows).reduce((sum, score) => sum + score, 0) / rows.rows;
  const gap = mean(current) - mean(reference);
  const biased = then.sums.reduce(
    (sum, wave, at) => sum + ((now.sums[at] ?? 0) / now.n - wave / then.n) ** 2,
    0,
  );
  expect(Math.abs(gap - biased)).toBeLessThan(1e-12);
  expect(gap).toBeGreaterThan(0.05);
});

test("permutation p values are not smaller than chance when nothing differs, and least when much does", () => {
  const runs = 120;
  const p = Array.from({ length: runs }, (_, run) => {
    const options = { seed: `${run}`, permutations: 39 };
    return (
      runToEnd(permutationTest(normalMatrix(`r${run}`, 30, 3), normalMatrix(`c${run}`, 30, 3), options))
        ?.pValue ?? 0
    );
  });
  for (const level of [0.1, 0.25, 0.5, 0.75]) {
    const share = p.filter((value) => value <= level).length / runs;
    expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / runs));
  }
  const far = runToEnd(
    permutationTest(normalMatrix("x", 60, 3), normalMatrix("y", 60, 3, 1), { seed: "far" }),
  );
  expect(far?.pValue).toBe(1 / 200);
});

test("intervals of the discrepancy and of the reconstruction hold 0 as often as they say when nothing differs", () => {
  const runs = 200;
  let discrepancy = 0;
  let reconstruction = 0;
  for (let run = 0; run < runs; run++) {
    const [reference, current] = [normalMatrix(`r${run}`, 200, 4), normalMatrix(`c${run}`, 200, 4)];
    const map = fourierMap(`${run}`, { columns: 4, bandwidth: 2.5, directions: 32 });
    const { interval } = fourierDiscrepancyEstimate(
      fourierBlocks(map, reference),
      fourierBlocks(map, current),
    );
    if (interval !== null && interval.lo <= 0 && interval.hi >= 0) discrepancy++;
    const ends = runToEnd(reconstructionChange(reference, current)).difference.interval;
    if (ends !== null && ends.lo <= 0 && ends.hi >= 0) reconstruction++;
  }
  for (const held of [discrepancy, reconstruction]) expect(held / runs).toBeGreaterThanOrEqual(0.9);
  expect(discrepancy / runs).toBeLessThanOrEqual(0.995);
});

function numbers(seed: string, rows: number, features: number, relation = 0): FeatureTable {
  const draw = normals(seed);
  const columns = Array.from({ length: features }, () => Float64Array.from({ length: rows }, draw));
  const [first, second] = columns;
  if (first && second) {
    for (let row = 0; row < rows; row++) {
      second[row] = relation * (first[row] ?? 0) + Math.sqrt(1 - relation ** 2) * (second[row] ?? 0);
    }
  }
  return {
    rows,
    features: columns.map((values, index) => ({ kind: "number" as const, name: `x${index}`, values })),
  };
}

test("a classifier cannot tell what does not differ: AUC is 0.5 on average, and its interval says so", () => {
  const runs = 24;
  const found = Array.from({ length: runs }, (_, run) =>
    runToEnd(domainClassifier(numbers(`r${run}`, 250, 4), numbers(`c${run}`, 250, 4), `${run}`)),
  );
  for (const which of ["trees", "logistic"] as const) {
    const mean = found.reduce((sum, result) => sum + (result[which].value ?? 0), 0) / runs;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    const held = found.filter((result) => {
      const { interval } = result[which];
      return interval !== null && interval.lo <= 0.5 && interval.hi >= 0.5;
    });
    expect(held.length / runs).toBeGreaterThanOrEqual(0.8);
  }
});

test("a turned relation is seen by trees and by correlations, not by means; both features are named", () => {
  const [reference, current] = [numbers("then", 600, 5, 0.8), numbers("now", 600, 5, -0.8)];
  const { trees, logistic, importances } = runToEnd(domainClassifier(reference, current, "turned"));
  expect(trees.interval?.lo).toBeGreaterThan(0.75);
  expect(logistic.value).toBeLessThan(0.56);
  expect(
    importances
      .slice(0, 2)
      .map(({ feature }) => feature)
      .sort(),
  ).toEqual([0, 1]);
  const values = (table: FeatureTable) =>
    table.features.flatMap((column) => (column.kind === "number" ? [column.values] : []));
  const changes = runToEnd(correlationChanges(values(reference), values(current)));
  expect(changes[0]?.pair).toEqual([0, 1]);
  expect(changes[0]?.adjustedP).toBeLessThan(1e-9);
  expect(largestCorrelationChange(changes).interval?.lo).toBeGreaterThan(1);
});

test("no correlation is called changed more often than the false discovery rate says when none is", () => {
  const runs = 100;
  let accused = 0;
  let held = 0;
  for (let run = 0; run < runs; run++) {
    const [then, now] = [numbers(`r${run}`, 200, 5, 0.6), numbers(`c${run}`, 200, 5, 0.6)];
    const values = (table: FeatureTable) =>
      table.features.flatMap((column) => (column.kind === "number" ? [column.values] : []));
    const changes = runToEnd(correlationChanges(values(then), values(now)));
    if (changes.some(({ adjustedP }) => adjustedP < 0.05)) accused++;
    if (largestCorrelationChange(changes).interval?.lo === 0) held++;
  }
  expect(accused / runs).toBeLessThanOrEqual(0.12);
  expect(held / runs).toBeGreaterThanOrEqual(0.88);
});

test("hostile values: constants, missing, huge and new ones give finite numbers and honest states", () => {
  const rows = 250;
  const table = (shift: number): FeatureTable => ({
    rows,
    features: [
      { kind: "number", name: "constant", values: new Float64Array(rows).fill(7) },
      { kind: "number", name: "missing", values: new Float64Array(rows).fill(Number.NaN) },
      {
        kind: "number",
        name: "huge",
        values: Float64Array.from({ length: rows }, (_, row) => (row % 2) * 1e300),
      },
      {
        kind: "category",
        name: "kind",
        categories: ["a", "new"],
        codes: Int32Array.from({ length: rows }, (_, row) =>
          row % 5 === 0 ? shift : row % 7 === 0 ? -1 : 0,
        ),
      },
    ],
  });
  const [reference, current] = [table(0), table(1)];
  const encoding = fitFeatureEncoding(reference, {
    categories: "one-hot",
    missing: [true, true, true, true],
  });
  for (const side of [reference, current]) {
    expect([...encodeFeatures(encoding, side).values].every(Number.isFinite)).toBe(true);
  }
  const found = runToEnd(domainClassifier(reference, current, "hostile"));
  expect(found.trees.value).toBeGreaterThan(0.5);
  expect(found.importances.map(({ feature }) => feature)).toEqual([3]);
  const few = { ...reference, rows: 10, features: [] };
  expect(runToEnd(domainClassifier(few, current, "few")).trees).toMatchObject({
    value: null,
    status: "LOW_N",
  });
});

test("adjusted p values: never below the p itself, monotone, and all at most 1", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (p) => {
      const adjusted = benjaminiHochberg(p);
      p.forEach((value, at) => {
        expect(adjusted[at]).toBeGreaterThanOrEqual(value);
        expect(adjusted[at]).toBeLessThanOrEqual(1);
        p.forEach((other, index) => {
          if (other > value) expect(adjusted[index]).toBeGreaterThanOrEqual(adjusted[at] ?? 0);
        });
      });
    }),
  );
});

test("a sample of a union is the sample of its parts' samples, in any order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(100_000)),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(60),
      (rows, size, at) => {
        const whole = bottomK(size);
        for (const row of rows) whole.offer(rowHash(row), row);
        const [left, right] = [bottomK(size), bottomK(size)];
        for (const row of rows.slice(0, at)) left.offer(rowHash(row), row);
        for (const row of rows.slice(at).reverse()) right.offer(rowHash(row), row);
        right.merge(left);
        expect(right.taken()).toEqual(whole.taken());
        expect(right.offered()).toBe(rows.length);
      },
    ),
  );
});
