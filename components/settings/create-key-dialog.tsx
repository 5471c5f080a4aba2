"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { useTell } from "#components/api/use-api.ts";
import { SCOPE_WORDS } from "#components/settings/key-words.ts";
import { SecretOnce } from "#components/settings/secret-once.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/fields.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { KEY_SCOPES } from "#server/api/contract.ts";

const KeyValues = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give a name, such as the service that will use it.")
    .max(128, "At most 128 letters."),
  scopes: z.array(z.enum(KEY_SCOPES)).min(1, "Choose at least one scope."),
  expiresInDays: z
    .number({ error: "Give a number of days." })
    .int("Give a whole number of days.")
    .min(1, "At least 1 day.")
    .max(3650, "At most 3,650 days."),
});
type KeyValues = z.infer<typeof KeyValues>;

/** Asks for name, scopes and term; then shows the secret, once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<{ key: string; name: string } | null>(null);
  if (made !== null)
    return (
      <SecretOnce title={`Key ${made.name}`} what="key" secret={made.key} onClose={onClose}>
        <p>
          Send it as <code>Authorization: Bearer …</code> with every request.
        </p>
      </SecretOnce>
    );
  return <KeyForm onClose={onClose} onMade={setMade} />;
}

function KeyForm({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: { key: string; name: string }) => void;
}) {
  const create = useTell("keys.create", { refresh: ["keys.list"] });
  const { register, handleSubmit, formState } = useForm<KeyValues>({
    resolver: zodResolver(KeyValues),
    defaultValues: { name: "", scopes: ["ingest"], expiresInDays: 365 },
  });
  const submit = handleSubmit((values) =>
    create.mutate(values, { onSuccess: (answer) => onMade({ key: answer.key, name: values.name }) }),
  );
  return (
    <Dialog
      open
      title="Create key"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" aria-busy={create.isPending} onClick={() => void submit()}>
            Create key
          </Button>
        </>
      }
    >
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label="Name" error={formState.errors.name?.message}>
          {(control) => (
            <Input {...control} {...register("name")} type="text" autoFocus placeholder="flights service" />
          )}
        </Field>
        <fieldset>
          <legend className="k">Scopes</legend>
          {KEY_SCOPES.map((scope) => (
            <label className="radio" key={scope}>
              <input type="checkbox" value={scope} {...register("scopes")} />
              <span>
                {scope} <span className="subtle">{SCOPE_WORDS[scope]}</span>
              </span>
            </label>
          ))}
          {formState.errors.scopes ? (
            <p className="field-error" role="alert">
              <Icon name="fail" size="s" />
              {formState.errors.scopes.message}
            </p>
          ) : null}
        </fieldset>
        <Field label="Expires after, days" error={formState.errors.expiresInDays?.message}>
          {(control) => (
            <Input
              {...control}
              {...register("expiresInDays", { valueAsNumber: true })}
              type="number"
              min={1}
              max={3650}
            />
          )}
        </Field>
        <div role="alert">{create.isError ? <p className="field-error">{create.error.detail}</p> : null}</div>
        <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">
          Create
        </button>
      </form>
    </Dialog>
  );
}
