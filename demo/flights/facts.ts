/** What scikit-learn computes from the whole log: a check for our own numbers. */

/** month, version, predictions, ROC AUC, Brier score */
export const BY_MONTH: ReadonlyArray<readonly [string, string, number, number, number]> = [
  ["2013-03", "v1", 28865, 0.7207, 0.1555],
  ["2013-04", "v1", 28335, 0.6778, 0.201],
  ["2013-05", "v1", 28793, 0.7071, 0.1611],
  ["2013-06", "v1", 28242, 0.694, 0.2245],
  ["2013-06", "v2", 28242, 0.7622, 0.1735],
  ["2013-07", "v2", 29424, 0.7452, 0.1848],
  ["2013-08", "v2", 29332, 0.7141, 0.1616],
  ["2013-09", "v2", 27573, 0.7232, 0.1068],
  ["2013-10", "v2", 28889, 0.6866, 0.1297],
  ["2013-11", "v2", 27233, 0.667, 0.1419],
  ["2013-12", "v2", 28150, 0.7087, 0.1941],
  ["2014-01", "v2", 29, 0.7056, 0.1942],
];

/** version, predictions, labelled, ROC AUC, Brier score, F1, mean absolute error (minutes) */
export const WHOLE_LOG: ReadonlyArray<readonly [string, number, number, number, number, number, number]> = [
  ["v1", 114235, 110701, 0.6808, 0.1851, 0.4349, 27.36],
  ["v2", 198872, 193753, 0.7349, 0.1561, 0.5012, 25.22],
];
