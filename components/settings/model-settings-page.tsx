"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { useTell } from "#components/api/use-api.ts";
import { ModelFeatures } from "#components/settings/model-features.tsx";
import { ModelReferences } from "#components/settings/model-references.tsx";
import { useModelDetail } from "#components/shell/model-frame.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/fields.tsx";
import { plural } from "#components/ui/format.ts";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail } from "#server/api/contract.ts";
import "./settings.css";

export function ModelSettingsPage() {
  const model = useModelDetail();
  const segments = model.features.filter((feature) => feature.segment).length;
  return (
    <div className="wrap">
      <Answer
        say={`${model.model} is ${article(model.task)} model with ${plural(model.features.length, "feature")}, ${segments === 0 ? "none of them a segment" : `${segments} of them ${segments === 1 ? "a segment" : "segments"}`}.`}
        more="What is changed here counts for windows from now on; windows that are stored are folded again where their layout changes."
      />
      <div className="grid">
        <Basics key={`${model.name} ${model.positiveClass} ${model.threshold}`} model={model} />
        <ModelReferences model={model} />
        <ModelFeatures model={model} />
      </div>
    </div>
  );
}

const article = (task: string) => (task === "ranking" ? "a ranking" : `a ${task}`);

const BasicValues = z.object({
  name: z.string().trim().max(256, "At most 256 letters."),
  positiveClass: z.string().max(256, "At most 256 letters."),
  threshold: z
    .number({ error: "Give a number between 0 and 1." })
    .min(0, "Give a number between 0 and 1.")
    .max(1, "Give a number between 0 and 1."),
});
type BasicValues = z.infer<typeof BasicValues>;

function Basics({ model }: { model: ModelDetail }) {
  const toast = useToast();
  const [problem, setProblem] = useState<string | null>(null);
  const update = useTell("models.update", {
    refresh: ["models.", "metrics.query", "performance.", "fleet.get"],
  });
  const { register, handleSubmit, formState } = useForm<BasicValues>({
    resolver: zodResolver(BasicValues),
    defaultValues: { name: model.name, positiveClass: model.positiveClass ?? "", threshold: model.threshold },
  });
  const binary = model.task === "binary";
  const save = handleSubmit((values) =>
    update.mutate(
      {
        model: model.model,
        name: values.name,
        ...(binary
          ? {
              positive_class: values.positiveClass.trim() === "" ? null : values.positiveClass.trim(),
              threshold: values.threshold,
            }
          : {}),
      },
      {
        onSuccess: () => {
          setProblem(null);
          toast({ text: "Model saved" });
        },
        onError: (failure) => setProblem(failure.detail),
      },
    ),
  );
  return (
    <Panel className="c6" title="Model">
      <form
        className="body settings-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Name" hint={`Its address stays ${model.model}.`} error={formState.errors.name?.message}>
          {(control) => <Input {...control} {...register("name")} type="text" />}
        </Field>
        {binary ? (
          <>
            <Field
              label="Positive class"
              hint="The class that the probability speaks of; 1 and true are always positive too."
              error={formState.errors.positiveClass?.message}
            >
              {(control) => <Input {...control} {...register("positiveClass")} type="text" placeholder="1" />}
            </Field>
            <Field
              label="Threshold"
              hint="Where a decision is made when none is logged."
              error={formState.errors.threshold?.message}
            >
              {(control) => (
                <Input
                  {...control}
                  {...register("threshold", { valueAsNumber: true })}
                  type="number"
                  min={0}
                  max={1}
                  step={0.01}
                />
              )}
            </Field>
          </>
        ) : null}
        <div role="alert">{problem ? <p className="field-error">{problem}</p> : null}</div>
        <p>
          <Button
            type="submit"
            look="primary"
            aria-busy={update.isPending}
            off={formState.isDirty ? null : "Nothing changed."}
          >
            {update.isPending ? "Saving…" : "Save model"}
          </Button>
        </p>
      </form>
    </Panel>
  );
}
