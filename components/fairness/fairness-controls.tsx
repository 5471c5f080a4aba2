"use client";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import { fairnessParsers } from "#components/fairness/fairness-params.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, Input, Select } from "#components/ui/fields.tsx";
import type { FairnessAnswer, FairnessCriterion } from "#server/api/contracts/fairness.ts";

/** Attribute, criterion, reference group, outcome and a threshold to try: all of it in the address. */
export function FairnessControls({ scope, answer }: { scope: Scope; answer: FairnessAnswer }) {
  const [, set] = useQueryStates(fairnessParsers);
  const { keys, key, criterion, criteria, reference, outcomes, outcome } = answer;
  const largest = answer.groups.find(({ isReference }) => isReference)?.group;
  const groups = [...answer.groups].sort((a, b) => b.rows - a.rows).map(({ group }) => group);
  const changeKey = (by: string) => void set({ by, ref: null, g: null });
  useHotkeys({ k: () => changeKey(keys[(keys.indexOf(key ?? "") + 1) % keys.length] ?? "") });
  return (
    <div className="fair-controls">
      <Field label="Attribute">
        {(control) => (
          <Select
            {...control}
            small
            value={key ?? ""}
            options={keys.map((value) => ({ value, label: value }))}
            onChange={(event) => changeKey(event.target.value)}
          />
        )}
      </Field>
      <Field label="Criterion">
        {(control) => (
          <Select
            {...control}
            small
            value={criterion ?? ""}
            options={criteria.map((one) => ({
              value: one.criterion,
              label: `${CRITERION_WORDS[one.criterion].name}${one.available ? "" : " (needs labels)"}`,
              disabled: !one.available,
            }))}
            onChange={(event) => void set({ criterion: event.target.value as FairnessCriterion })}
          />
        )}
      </Field>
      <Field label="Reference group">
        {(control) => (
          <Select
            {...control}
            small
            value={reference?.chosen === "asked" ? reference.group : ""}
            options={[
              {
                value: "",
                label: `${reference?.chosen === "largest" ? (largest ?? "") : "Largest"} (largest)`,
              },
              ...groups.map((value) => ({ value, label: value })),
            ]}
            onChange={(event) => void set({ ref: event.target.value || null, g: null })}
          />
        )}
      </Field>
      {outcomes.length > 1 ? (
        <Field label="Selected means" hint="Choose the outcome that is the benefit.">
          {(control) => (
            <Select
              {...control}
              small
              value={outcome ?? ""}
              options={outcomes.map((value) => ({ value, label: outcomeLabel(scope, value) }))}
              onChange={(event) =>
                void set({ outcome: event.target.value === outcomes[0] ? null : event.target.value })
              }
            />
          )}
        </Field>
      ) : null}
      {scope.detail.task === "binary" ? <Threshold scope={scope} answer={answer} /> : null}
    </div>
  );
}

function outcomeLabel({ detail }: Scope, outcome: string): string {
  if (detail.task !== "binary") return outcome;
  const positive = detail.positiveClass ?? "positive";
  return outcome === "negative" ? `not ${positive}` : positive;
}

/** What if decisions were made elsewhere: nothing is saved. */
function Threshold({ scope, answer }: { scope: Scope; answer: FairnessAnswer }) {
  const [, set] = useQueryStates(fairnessParsers);
  const [text, setText] = useState(answer.threshold === null ? "" : String(answer.threshold));
  const value = Number(text.replace(",", "."));
  const wrong = text !== "" && !(value >= 0 && value <= 1);
  return (
    <Field label="Try a threshold" error={wrong ? "Between 0 and 1." : null}>
      {(control) => (
        <span className="fair-threshold">
          <Input
            {...control}
            small
            inputMode="decimal"
            placeholder={`as decided (${scope.detail.threshold})`}
            value={text}
            onChange={(event) => {
              const next = event.target.value;
              setText(next);
              const number = Number(next.replace(",", "."));
              if (next === "") void set({ cut: null });
              else if (number >= 0 && number <= 1) void set({ cut: number });
            }}
          />
          {text === "" ? null : (
            <Button
              small
              look="quiet"
              onClick={() => {
                setText("");
                void set({ cut: null });
              }}
            >
              Back
            </Button>
          )}
        </span>
      )}
    </Field>
  );
}
