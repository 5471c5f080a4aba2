/** Every number on a page, in a message or an export goes through here: true minus, grouped thousands, en-US digits. */

const MINUS = "−";
const EN_DASH = "–";
const THIN = "\u202f"; // narrow, and no line breaks at it

export const NOTHING = EN_DASH;

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compactFormat = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
const fixedFormats = new Map<number, Intl.NumberFormat>();

function fixedFormat(digits: number): Intl.NumberFormat {
  const known = fixedFormats.get(digits);
  if (known) return known;
  const format = new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  fixedFormats.set(digits, format);
  return format;
}

/** Intl writes `-0.00` for a small negative; zero has no sign. */
function signed(text: string): string {
  if (!text.startsWith("-")) return text;
  return /[1-9]/.test(text) ? MINUS + text.slice(1) : text.slice(1);
}

export function integer(value: number): string {
  return signed(grouped.format(value));
}

export function fixed(value: number, digits: number): string {
  return signed(fixedFormat(digits).format(value));
}

/** 98k, 1.2M: only where room is short, such as tiles. */
export function compact(value: number): string {
  return Math.abs(value) < 10_000 ? integer(value) : signed(compactFormat.format(value)).replace("K", "k");
}

/** 12.3 %, and two digits below 1 %. */
export function percent(share: number, digits = shareDigits(share)): string {
  return `${fixed(100 * share, digits)}${THIN}%`;
}
function shareDigits(share: number): number {
  const size = Math.abs(share);
  return size > 0 && size < 0.01 ? 2 : 1;
}

/** `0 of 4,210`, never 0.0 %: nothing seen is not a rate of nothing. */
export function countOf(count: number, total: number): string {
  return count === 0 ? `0 of ${integer(total)}` : percent(count / total);
}

/** +0.11, −0.23 */
export function change(value: number, digits = 2): string {
  const text = fixed(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Large quantities without needless digits, small ones with enough: for features, whose scale is not ours. */
export function quantity(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return integer(value);
  if (size >= 100) return fixed(value, 1);
  if (size >= 1) return fixed(value, 2);
  if (size === 0) return "0";
  if (size < 0.0001) return signed(value.toExponential(1)).replace("e-", "e−");
  return signed(String(Number(value.toPrecision(3))));
}

export function range(lo: number, hi: number, write: (value: number) => string): string {
  const low = write(lo);
  const high = write(hi);
  const spaced = low.startsWith(MINUS) || high.startsWith(MINUS);
  const unit = low.match(/\u202f(\S+)$/)?.[1];
  const bare = unit !== undefined && high.endsWith(`${THIN}${unit}`) ? low.slice(0, -unit.length - 1) : low;
  return spaced ? `${bare} to ${high}` : `${bare}${EN_DASH}${high}`;
}

/** 1.2× the limit; whole numbers from 10 on. */
export function times(ratio: number): string {
  return `${fixed(ratio, ratio >= 10 ? 0 : 1)}×`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
