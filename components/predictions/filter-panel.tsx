"use client";
import { useState } from "react";
import { fieldState, rangeWord, setField, valuesWord } from "#components/predictions/edit-query.ts";
import { OUTCOME_WORDS } from "#components/predictions/outcome.ts";
import { OUTCOMES, type QueryToken } from "#components/predictions/parse-query.ts";
import type { QueryField } from "#components/predictions/query-fields.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Checkbox, Input, SearchInput, Select } from "#components/ui/fields.tsx";

const VALUES_MAX = 30;
const FIELDS_MAX = 60;

/** Writes the query that could have been typed: there is no second language. */
export function FilterPanel({
  open,
  onClose,
  fields,
  tokens,
  task,
  onChange,
}: {
  open: boolean;
  onClose: () => void;
  fields: readonly QueryField[];
  tokens: readonly QueryToken[];
  task: string;
  onChange: (query: string) => void;
}) {
  const [wanted, setWanted] = useState("");
  const found = fields.filter((field) => field.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const set = (field: QueryField, word: string | null) => onChange(setField(tokens, field, word));
  return (
    <Dialog
      open={open}
      wide
      title="Filters"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => onChange("")}>Clear all</Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <SearchInput label="Find a field" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      <div className="filterlist">
        <WordFilters tokens={tokens} task={task} onChange={onChange} />
        {found.slice(0, FIELDS_MAX).map((field) => (
          <fieldset key={field.column}>
            <legend>{field.name}</legend>
            {field.kind === "number" ? (
              <NumberFilter field={field} tokens={tokens} onSet={(word) => set(field, word)} />
            ) : (
              <ValueFilter field={field} tokens={tokens} onSet={(word) => set(field, word)} />
            )}
          </fieldset>
        ))}
      </div>
      {found.length > FIELDS_MAX ? (
        <p className="hint">
          {FIELDS_MAX} of {found.length} fields; type part of a name to find the others.
        </p>
      ) : null}
    </Dialog>
  );
}

const OUTCOME_OPTIONS = [
  { value: "", label: "any outcome" },
  ...OUTCOMES.map((outcome) => ({ value: outcome, label: `${OUTCOME_WORDS[outcome]} (${outcome})` })),
];

/** `is:` and `outcome:`, which speak of a row as a whole. */
function WordFilters({
  tokens,
  task,
  onChange,
}: {
  tokens: readonly QueryToken[];
  task: string;
  onChange: (query: string) => void;
}) {
  const said = (kind: "labelled" | "outcome") => tokens.find((token) => token.meaning.kind === kind)?.meaning;
  const set = (kind: "labelled" | "outcome", word: string | null) =>
    onChange(
      [...tokens.filter((token) => token.meaning.kind !== kind).map((token) => token.text), word]
        .filter(Boolean)
        .join(" "),
    );
  const labelled = said("labelled");
  const outcome = said("outcome");
  return (
    <>
      <fieldset>
        <legend>labels</legend>
        <div className="filterrow">
          <Select
            small
            aria-label="Labels"
            value={labelled?.kind === "labelled" ? String(labelled.labelled) : ""}
            options={[
              { value: "", label: "with and without" },
              { value: "true", label: "with a label" },
              { value: "false", label: "without a label" },
            ]}
            onChange={(event) =>
              set(
                "labelled",
                event.target.value === "" ? null : `is:${event.target.value === "true" ? "" : "un"}labelled`,
              )
            }
          />
        </div>
      </fieldset>
      {task === "binary" ? (
        <fieldset>
          <legend>outcome</legend>
          <div className="filterrow">
            <Select
              small
              aria-label="Outcome"
              value={outcome?.kind === "outcome" ? outcome.outcome : ""}
              options={OUTCOME_OPTIONS}
              onChange={(event) =>
                set("outcome", event.target.value === "" ? null : `outcome:${event.target.value}`)
              }
            />
          </div>
        </fieldset>
      ) : null}
    </>
  );
}

interface FilterProps {
  field: QueryField;
  tokens: readonly QueryToken[];
  onSet: (word: string | null) => void;
}

function NumberFilter({ field, tokens, onSet }: FilterProps) {
  const state = fieldState(tokens, field);
  const [from, setFrom] = useState(state.from);
  const [to, setTo] = useState(state.to);
  const write = () => onSet(rangeWord(field, from, to));
  return (
    <div className="filterrow">
      <Input
        small
        type="number"
        step="any"
        aria-label={`${field.name} from`}
        placeholder="from"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        onBlur={write}
        onKeyDown={(event) => event.key === "Enter" && write()}
      />
      to
      <Input
        small
        type="number"
        step="any"
        aria-label={`${field.name} to`}
        placeholder="to"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        onBlur={write}
        onKeyDown={(event) => event.key === "Enter" && write()}
      />
    </div>
  );
}

function ValueFilter({ field, tokens, onSet }: FilterProps) {
  const { values } = fieldState(tokens, field);
  const [typed, setTyped] = useState("");
  const offered = [...new Set([...values, ...field.values])];
  const toggle = (value: string) =>
    onSet(
      valuesWord(field, values.includes(value) ? values.filter((one) => one !== value) : [...values, value]),
    );
  const addTyped = () => {
    if (typed.trim() !== "" && !values.includes(typed.trim())) toggle(typed.trim());
    setTyped("");
  };
  return (
    <div className="filterrow">
      {offered.slice(0, VALUES_MAX).map((value) => (
        <Checkbox key={value} checked={values.includes(value)} onChange={() => toggle(value)}>
          {value}
        </Checkbox>
      ))}
      <Input
        small
        type="text"
        aria-label={`${field.name}: another value`}
        placeholder={offered.length > 0 ? "another value" : "value"}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={addTyped}
        onKeyDown={(event) => event.key === "Enter" && addTyped()}
      />
    </div>
  );
}
