import type { FairnessCriterion } from "#server/api/contracts/fairness.ts";

export interface CriterionWords {
  /** In a menu and a heading. */
  readonly name: string;
  /** What is compared, in the middle of a sentence. */
  readonly what: string;
  readonly asks: string;
  readonly fits: string;
  /** How a gap is written. */
  readonly unit: "ratio" | "points" | "score" | "label";
}

/** What each criterion asks and when it fits: nobody can choose between names. */
export const CRITERION_WORDS: Record<FairnessCriterion, CriterionWords> = {
  selection_ratio: {
    name: "Impact ratio",
    what: "selection rate",
    asks: "Is each group selected at least four fifths as often as the reference group?",
    fits: "The rule of thumb of US hiring law. It looks at decisions only, so it needs no labels; a difference in what is true counts as a gap, too.",
    unit: "ratio",
  },
  selection_difference: {
    name: "Demographic parity",
    what: "selection rate",
    asks: "Is each group selected equally often, whatever the truth is?",
    fits: "Where the labels themselves are suspect, or equal shares are the aim. It needs no labels.",
    unit: "points",
  },
  equal_opportunity: {
    name: "Equal opportunity",
    what: "true positive rate",
    asks: "Of those who are truly positive, are equally many found in each group?",
    fits: "Where being found is the good, and missing someone is the harm.",
    unit: "points",
  },
  equalized_odds: {
    name: "Equalized odds",
    what: "true and false positive rates",
    asks: "Are both hits and false alarms equally frequent? The larger of the two gaps counts.",
    fits: "Where missing someone and accusing someone both harm. Noise alone makes it larger than 0, and more so in small groups.",
    unit: "points",
  },
  predictive_parity: {
    name: "Predictive parity",
    what: "precision",
    asks: "Is a positive decision right equally often in each group?",
    fits: "Where people act on the decision as it stands, and it should mean the same for everyone.",
    unit: "points",
  },
  calibration: {
    name: "Calibration by group",
    what: "calibration",
    asks: "Does what is predicted with 30 % happen in 30 % of cases, in each group? Compared with the truth, not with another group.",
    fits: "Where the probability itself is shown or used. Above 0 the model promises a group too little, below 0 too much.",
    unit: "points",
  },
  auc: {
    name: "AUC by group",
    what: "AUC",
    asks: "Does the score rank cases within each group equally well?",
    fits: "Where cases are ranked and a person decides. Intervals take rows as independent.",
    unit: "score",
  },
  accuracy: {
    name: "Accuracy by group",
    what: "accuracy",
    asks: "Is the decision right equally often in each group?",
    fits: "Where both kinds of mistakes cost about the same.",
    unit: "points",
  },
  absolute_error: {
    name: "Error size by group",
    what: "mean absolute error",
    asks: "Are predictions equally close to the truth in each group?",
    fits: "Where being served worse is the harm. Tolerance: a tenth of the reference group's own mean absolute error.",
    unit: "label",
  },
  mean_error: {
    name: "Bias by group",
    what: "mean error",
    asks: "Are predictions too high for one group and too low for another?",
    fits: "Where the predicted number decides, such as a price or a limit. Tolerance: a tenth of the reference group's mean absolute error.",
    unit: "label",
  },
};

/** Chouldechova (2017); Kleinberg, Mullainathan and Raghavan (2017). */
export const INCOMPATIBLE =
  "The outcome happens at different rates in these groups. Then equal selection, equal odds and equal calibration cannot all hold at once, for any model that is not perfect (Chouldechova 2017; Kleinberg et al. 2017): choose the one that fits the harm, and read the others as its price.";
