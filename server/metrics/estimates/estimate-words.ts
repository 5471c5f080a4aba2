import type { EstimateReason } from "#server/api/contracts/estimates.ts";
import type { DecisionShares } from "#server/metrics/estimates/decision-shares.ts";

const REASONS: Record<EstimateReason["code"], string> = {
  no_reference:
    "An estimate needs a reference with labels, and this version has no reference: upload one or save a past range.",
  no_labelled_reference:
    "The reference of this version has no labels, so nobody knows what its scores meant: use a reference with labels.",
  one_class_reference:
    "All labels of the reference are of one class, so it cannot say when the other one happens: use a reference with both.",
  no_probability:
    "No probability was logged with these predictions, so there is nothing to estimate from: log it.",
  no_reference_sample:
    "The reference was profiled before sample rows were kept, and errors by predicted value need them: upload it again.",
  too_few_reference_rows:
    "The kept reference rows have fewer than 200 labels, too few for errors by predicted value: use a reference with more labels.",
  metric_not_estimated:
    "This metric cannot be estimated without labels from what windows keep: choose another metric.",
  task_not_estimated:
    "Rankings cannot be estimated without labels: nothing in a ranked list says how relevant its items are.",
  several_versions:
    "Several versions answered together and each has a reference of its own: choose one version to see its estimate.",
  unseen_region:
    "More than 5 % of these predictions lie where the reference has no row: there is nothing to estimate from.",
  nothing_called: "No prediction of the window is called positive or expected to be, so the share is 0 ÷ 0.",
};

export function reasonFor(code: EstimateReason["code"]): EstimateReason {
  return { code, message: REASONS[code] };
}

const INDEPENDENT =
  "Rows are taken as independent. Storms, holidays or outages that hit many rows at once make the band too narrow.";
const count = (value: number): string => value.toLocaleString("en-US");

/** What has to hold for an estimate, in words that a reader can check against what they know. */
export const assumption = {
  binary: (on: { labelled: number; decisions: DecisionShares; ownMap: boolean }): string[] => [
    "A score still means what it meant in the reference: of rows with the same score, the same share turns out positive. When that changes, the estimate cannot see it; labels can.",
    `The meaning of scores was learnt from ${count(on.labelled)} labelled reference rows${on.ownMap ? " of this segment, whose scores mean something of their own" : ""}, which the model must not have been trained on.`,
    ...(on.decisions.isInferred
      ? [
          `Decisions are read as made from a score of ${on.decisions.threshold}, which calls as many positive as were logged.`,
        ]
      : []),
    INDEPENDENT,
  ],
  multiclass: (on: { labelled: number }): string[] => [
    "A predicted class is right as often as it was in the reference, whatever its probability; only the mix of predicted classes changes the estimate.",
    `How often each is right was learnt from ${count(on.labelled)} labelled reference rows.`,
    INDEPENDENT,
  ],
  regression: (on: { labelled: number; leaves: number }): string[] => [
    "A prediction of the same size is as far off as it was in the reference; only the mix of predicted values changes the estimate.",
    `Errors by predicted value were learnt from ${count(on.labelled)} labelled reference rows in ${count(on.leaves)} groups.`,
    INDEPENDENT,
  ],
};
