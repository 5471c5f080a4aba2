import { checkGolden } from "#server/testing/check-golden.ts";
import { holtWinters } from "../quality/holt-winters.ts";
import { medianAbsoluteDeviation, robustZ } from "../quality/robust-z.ts";
import { usualVolume, volumeZ } from "../quality/seasonal-volume.ts";
import { arrivalRates, silenceProbability } from "../quality/silence.ts";
import { tukeyFarFences } from "../quality/tukey-fences.ts";

checkGolden(new URL("./quality-values.json", import.meta.url), {
  robustZ: ({ history, x }) => robustZ(history, x),
  mad: ({ x }) => medianAbsoluteDeviation(x),
  holtWinters: ({ series, start }, options) => holtWinters(series, options, start),
  volumeZ: ({ history, x }) => {
    const usual = usualVolume(history);
    return usual === null ? null : volumeZ(usual, x);
  },
  silence: ({ expected, phi }) => silenceProbability(expected, phi),
  overDispersion: ({ slots }) =>
    arrivalRates(slots.flatMap((counts: number[], slot: number) => counts.map((count) => ({ slot, count }))))
      .overDispersion,
  tukey: (quantiles) => tukeyFarFences(quantiles),
});
