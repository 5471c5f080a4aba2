import { INCOMPATIBLE } from "#components/fairness/criterion-words.ts";
import { cautions } from "#components/fairness/fairness-words.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { FairnessAnswer } from "#server/api/contracts/fairness.ts";

/** Why the numbers may mislead, and why no criterion is the only one. */
export function Cautions({ answer }: { answer: FairnessAnswer }) {
  const all = [...cautions(answer), ...(answer.baseRatesDiffer ? [INCOMPATIBLE] : [])];
  return (
    <ul className="fair-cautions">
      {all.map((text) => (
        <li key={text}>
          <Icon name="info" size="s" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
