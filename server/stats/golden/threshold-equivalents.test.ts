import { checkGolden } from "#server/testing/check-golden.ts";
import { shiftEquivalents, shiftOf } from "../drift/threshold-equivalents.ts";

checkGolden(new URL("./threshold-equivalents-values.json", import.meta.url), {
  gaussianShift: ({ d }) => {
    const { tv, psi, hellinger, auc, wasserstein } = shiftEquivalents(d);
    return { tv, psi, hellinger, auc, w1_normalised: wasserstein };
  },
  jensenShannonShift: ({ d }) => [shiftEquivalents(d).js, shiftEquivalents(d)["js-nats"]],
  shiftOf: ({ unit, value }) => shiftOf(unit, value),
});
