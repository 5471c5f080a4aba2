import { benchCategories } from "./categories.ts";
import { benchConfidence } from "./confidence.ts";
import { benchConformalRate, benchDuel, benchErrorRate } from "./error-rate.ts";
import type { Findings, Size } from "./figures.ts";
import { benchHourly } from "./hourly.ts";
import { benchLosses } from "./losses.ts";
import { benchDilution, benchFiftyFeatures } from "./many-features.ts";
import { benchNumeric } from "./numeric.ts";
import { benchPublished } from "./published.ts";
import { benchRunLength } from "./run-length.ts";
import { benchQuietStreams } from "./special-streams.ts";
import { benchSpeed } from "./speed.ts";

/** Every experiment by name, in the order of the report. */
export const EXPERIMENTS: Readonly<Record<string, (size: Size) => Findings>> = {
  speed: benchSpeed,
  numeric1000: (size) => benchNumeric(1000, size),
  numeric200: (size) => benchNumeric(200, size),
  numeric100: (size) => benchNumeric(100, size),
  hourly: benchHourly,
  errors: benchErrorRate,
  duel: benchDuel,
  conformal: benchConformalRate,
  losses: benchLosses,
  categories: benchCategories,
  quiet: benchQuietStreams,
  fifty: benchFiftyFeatures,
  dilution: benchDilution,
  sine: (size) => benchPublished(0, size),
  waveform: (size) => benchPublished(1, size),
  confidence: benchConfidence,
  runs: benchRunLength,
};
