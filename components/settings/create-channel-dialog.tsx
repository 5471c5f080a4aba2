"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { useTell } from "#components/api/use-api.ts";
import { urlProblem } from "#components/settings/channel-words.ts";
import { SecretOnce } from "#components/settings/secret-once.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/fields.tsx";

const ChannelValues = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give a name, such as the team it reaches.")
    .max(128, "At most 128 letters."),
  url: z
    .string()
    .trim()
    .max(2048, "At most 2,048 letters.")
    .superRefine((text, context) => {
      const problem = urlProblem(text);
      if (problem) context.addIssue({ code: "custom", message: problem });
    }),
});
type ChannelValues = z.infer<typeof ChannelValues>;

/** Asks for a name and an address; then shows the signing secret, once. */
export function CreateChannelDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<{ secret: string; name: string } | null>(null);
  if (made !== null)
    return (
      <SecretOnce title={`Channel ${made.name}`} what="signing secret" secret={made.secret} onClose={onClose}>
        <p>The receiver checks with it that a webhook is ours (Standard Webhooks).</p>
      </SecretOnce>
    );
  return <ChannelForm onClose={onClose} onMade={setMade} />;
}

function ChannelForm({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: { secret: string; name: string }) => void;
}) {
  const create = useTell("channels.create", { refresh: ["channels.list"] });
  const { register, handleSubmit, formState } = useForm<ChannelValues>({
    resolver: zodResolver(ChannelValues),
    defaultValues: { name: "", url: "" },
  });
  const submit = handleSubmit((values) =>
    create.mutate(
      { kind: "webhook", ...values },
      { onSuccess: (channel) => onMade({ secret: channel.secret, name: channel.name }) },
    ),
  );
  return (
    <Dialog
      open
      title="Add channel"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" aria-busy={create.isPending} onClick={() => void submit()}>
            Add channel
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
            <Input {...control} {...register("name")} type="text" autoFocus placeholder="flights-oncall" />
          )}
        </Field>
        <Field
          label="Webhook address"
          hint="Private and loopback addresses are refused unless the server's settings name them."
          error={formState.errors.url?.message}
        >
          {(control) => (
            <Input
              {...control}
              {...register("url")}
              type="url"
              placeholder="https://hooks.example.com/plumbline"
            />
          )}
        </Field>
        <div role="alert">{create.isError ? <p className="field-error">{create.error.detail}</p> : null}</div>
        <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">
          Add
        </button>
      </form>
    </Dialog>
  );
}
