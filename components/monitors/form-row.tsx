"use client";
import { type ReactNode, useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { MonitorValues } from "#components/monitors/monitor-values.ts";
import { Icon } from "#components/ui/icon.tsx";

export interface RowControl {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** Label left, control right, hint beside it, error under it. */
export function FormRow({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (control: RowControl) => ReactNode;
}) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className="frow">
      <label className="k" htmlFor={id}>
        {label}
      </label>
      <span className="v">
        {children({
          id,
          "aria-invalid": Boolean(error),
          "aria-describedby": error || hint ? noteId : undefined,
        })}
        {error ? (
          <span id={noteId} className="field-error" role="alert">
            <Icon name="fail" size="s" />
            {error}
          </span>
        ) : hint ? (
          <span id={noteId} className="hint">
            {hint}
          </span>
        ) : null}
      </span>
    </div>
  );
}

type NumberName = "minN" | "forWindows" | "keepWindows" | "clear" | "noDataWindows";

/** A number with its unit in words. An optional one is null while its box is empty. */
export function NumberField({
  form,
  name,
  label,
  after,
  min,
  step,
  optional = false,
}: {
  form: UseFormReturn<MonitorValues>;
  name: NumberName;
  label: string;
  after: string;
  min?: number;
  step: number;
  optional?: boolean;
}) {
  return (
    <FormRow label={label} hint={after} error={form.formState.errors[name]?.message}>
      {(control) => (
        <input
          {...control}
          {...form.register(name, {
            setValueAs: (text: unknown) =>
              text === "" || text === null ? (optional ? null : Number.NaN) : Number(text),
          })}
          type="number"
          className="in in-small"
          min={min}
          step={step}
        />
      )}
    </FormRow>
  );
}
