import { modelPath } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Answer, Panel } from "#components/ui/panel.tsx";
import type { FairnessAnswer } from "#server/api/contracts/fairness.ts";

const EXAMPLE = `{"prediction_id": "…", "output": {"probability": 0.31},
 "segments": {"age": "26-40", "gender": "f"}}`;

/** No attribute is declared, or the task has no criterion: what to do about it. */
export function NoGroups({ scope, answer }: { scope: Scope; answer: FairnessAnswer }) {
  if (answer.criterion === null)
    return (
      <Answer
        heading={`Fairness of ${scope.model}`}
        say="Rankings have no fairness criteria yet."
        more="Volume, latency and drift of what goes in are watched by segment."
      />
    );
  return (
    <>
      <Answer
        heading={`Fairness of ${scope.model}`}
        say="No attribute says which group a prediction belongs to."
        more="Groups are the values of a segment: a feature that is marked as one, or a dimension sent beside the features."
      />
      <Panel title="Declare an attribute">
        <Empty
          icon="info"
          title="Send the attribute as a segment, or mark a feature as one."
          action={
            <LinkButton href={modelPath(scope.model, "settings")}>Choose features as segments</LinkButton>
          }
        >
          <CodeBlock code={EXAMPLE} label="A prediction with segments" />
          <p className="fair-after">
            The model need not see it. Values may be hashed or coded (“A”, “B”): only whether two rows have
            the same one matters here. Plumbline keeps counts by value, and shows no number of a group under
            30 rows.
          </p>
        </Empty>
      </Panel>
    </>
  );
}
