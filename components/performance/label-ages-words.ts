import { integer, percent, range } from "#components/ui/format.ts";
import { windowText } from "#components/ui/time.ts";
import type { KnownAtAge, LabelAgesAnswer } from "#server/api/contracts/label-ages.ts";

/** `within 3 days`, `all labels` */
export function ageText({ withinDays }: Pick<KnownAtAge, "withinDays">): string {
  if (withinDays === null) return "all labels";
  return withinDays === 1 ? "within 1 day" : `within ${integer(withinDays)} days`;
}

/** Ages in which nothing more came tell nothing; the last one always stays. */
export function tellingAges(ages: readonly KnownAtAge[]): KnownAtAge[] {
  return ages.filter(
    (one, index) =>
      index === ages.length - 1 || index === 0 || one.labelled > (ages[index - 1]?.labelled ?? 0),
  );
}

export function coverageAtAge({ ages, predictions }: LabelAgesAnswer): string | null {
  const [first] = ages;
  if (first === undefined) return null;
  const all = ages.at(-1) ?? first;
  return `${percent(first.coverage)} of ${integer(predictions)} predictions had their label within a day, ${percent(all.coverage)} in the end.`;
}

/** Whether the newest window differs from earlier ones as they were when they were as young. */
export function equalAgeSentence({ equalAge }: LabelAgesAnswer, zone: string): string | null {
  if (equalAge === null) return null;
  const { now, before } = equalAge;
  const when = windowText(Date.parse(equalAge.from), Date.parse(equalAge.to), zone);
  const at = `With labels ${ageText(equalAge)}, ${when}`;
  const earlier =
    before.windows === 1 ? "the window before" : `the median of ${integer(before.windows)} earlier windows`;
  if (now.accuracy === null || before.accuracy === null)
    return `${at} has ${percent(now.coverage)} of its labels; ${earlier} at that age: ${percent(before.coverage)}.`;
  const { value, lo, hi } = now.accuracy;
  const verdict =
    before.accuracy < lo ? "better than" : before.accuracy > hi ? "worse than" : "no clear difference from";
  const own = `${percent(value)} right decisions (${range(lo, hi, (one) => percent(one))})`;
  return `${at} has ${own}: ${verdict} ${earlier} at that age, ${percent(before.accuracy)}.`;
}
