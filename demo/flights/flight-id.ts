const DEPARTS_AFTER_MS = 2 * 3_600_000;
const pad = (value: number) => String(value).padStart(2, "0");

/** `20130301-B6399-LGA-0200`: scheduled departure (UTC), carrier and flight number, origin. */
export function flightId(
  predictedAtMs: number,
  carrier: string,
  flightNumber: string,
  origin: string,
): string {
  const departure = new Date(predictedAtMs + DEPARTS_AFTER_MS);
  const day = `${departure.getUTCFullYear()}${pad(departure.getUTCMonth() + 1)}${pad(departure.getUTCDate())}`;
  return `${day}-${carrier}${flightNumber}-${origin}-${pad(departure.getUTCHours())}${pad(departure.getUTCMinutes())}`;
}
