"use client";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState, useSyncExternalStore } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { LANGUAGE_WORDS, LANGUAGES, slugOf, snippetsFor } from "#components/connect/snippets.ts";
import { modelPath } from "#components/shell/carry.ts";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { CodeBlock, CopyButton } from "#components/ui/code-block.tsx";
import { Field, Input, Segmented, Select } from "#components/ui/fields.tsx";
import { integer, plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { ModelDetail } from "#server/api/contract.ts";
import "#components/connect/connect.css";

const TASKS = ["binary", "multiclass", "regression"] as const;
const TASK_OPTIONS = [
  { value: "binary", label: "binary: yes or no" },
  { value: "multiclass", label: "multiclass: one of several" },
  { value: "regression", label: "regression: a number" },
];
const parsers = {
  model: parseAsString.withDefault("my-model").withOptions({ throttleMs: 300 }),
  task: parseAsStringLiteral(TASKS).withDefault("binary"),
  lang: parseAsStringLiteral(LANGUAGES).withDefault("curl"),
};
const DEFAULT_NAME = "my-model";

const never = () => () => undefined;
const useOrigin = () =>
  useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "http://localhost:3000",
  );

/** Name, key, snippet, and a line that turns by itself when the first row arrives. */
export function ConnectSteps() {
  const [{ model, task, lang }, set] = useQueryStates(parsers);
  const [key, setKey] = useState<string | null>(null);
  const slug = slugOf(model) || DEFAULT_NAME;
  const origin = useOrigin();
  const snippets = snippetsFor(lang, { origin, key, model: slug, task });
  return (
    <ol className="connect">
      <li>
        <Panel title="1 · Name and task">
          <div className="body connect-form">
            <Field label="Model" hint={`It will be called ${slug}.`}>
              {(control) => (
                <Input
                  {...control}
                  type="text"
                  value={model}
                  maxLength={120}
                  onChange={(event) => void set({ model: event.target.value })}
                />
              )}
            </Field>
            <Field label="Task">
              {(control) => (
                <Select
                  {...control}
                  value={task}
                  options={TASK_OPTIONS}
                  onChange={(event) =>
                    void set({ task: TASKS.find((one) => one === event.target.value) ?? "binary" })
                  }
                />
              )}
            </Field>
          </div>
        </Panel>
      </li>
      <li>
        <Panel title="2 · Key" sub="it may write predictions and labels, and nothing else">
          <div className="body">
            <KeyStep model={slug} secret={key} onKey={setKey} />
          </div>
        </Panel>
      </li>
      <li>
        <Panel
          title="3 · Send"
          sub="predictions when they are made, labels when they are known"
          end={
            <Segmented
              label="Language"
              small
              value={lang}
              options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_WORDS[value] }))}
              onChange={(value) => void set({ lang: value })}
            />
          }
        >
          <div className="body connect-code">
            <CodeBlock label="Predictions" code={snippets.predictions} />
            <CodeBlock label="Labels" code={snippets.labels} />
            <FirstRow model={slug} />
          </div>
        </Panel>
      </li>
    </ol>
  );
}

function KeyStep({
  model,
  secret,
  onKey,
}: {
  model: string;
  secret: string | null;
  onKey: (key: string) => void;
}) {
  const create = useTell("keys.create", { refresh: ["keys."], onDone: (made) => onKey(made.key) });
  if (secret !== null)
    return (
      <div className="connect-key">
        <p>
          <Icon name="ok" /> This is shown once. The snippets below carry it.
        </p>
        <p className="secret">
          <code>{secret}</code>
          <CopyButton text={secret} what="key" />
        </p>
      </div>
    );
  return (
    <div className="connect-key">
      <Button
        look="primary"
        off={create.isPending && "The key is being made."}
        onClick={() => create.mutate({ name: `${model} ingest`, scopes: ["ingest"] })}
      >
        Create key
      </Button>
      <span className="hint">or use one you have; keys are under Settings.</span>
      {create.isError ? (
        <p className="field-error" role="alert">
          <Icon name="fail" size="s" />
          {create.error.detail}
        </p>
      ) : null}
    </div>
  );
}

function FirstRow({ model }: { model: string }) {
  const models = useAsk("models.list", undefined);
  const known = models.data?.some((one) => one.model === model) ?? false;
  const detail = useAsk("models.get", { model }, { enabled: known, keep: false });
  return (
    <div className="firstrow" role="status">
      {detail.data && detail.data.predictions > 0 ? (
        <Arrived detail={detail.data} />
      ) : (
        <p>
          <Icon name="wait" /> Waiting for the first row of {model}…
        </p>
      )}
    </div>
  );
}

function Arrived({ detail }: { detail: ModelDetail }) {
  const hasReference = detail.references.length > 0;
  return (
    <>
      <p>
        <Icon name="ok" /> {plural(detail.predictions, "row")} received
        {detail.labelled > 0 ? `, ${integer(detail.labelled)} labelled` : ""};{" "}
        {plural(detail.features.length, "feature")} found.
        {hasReference
          ? ""
          : " Upload a reference to compare with, or wait until there are enough rows to use as one."}
      </p>
      <LinkButton look="primary" href={modelPath(detail.model)}>
        Open {detail.model}
      </LinkButton>
    </>
  );
}
