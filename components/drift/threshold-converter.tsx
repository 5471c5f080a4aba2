"use client";
import { useState } from "react";
import { convertLimit, UNIT_NAMES } from "#components/drift/known-limits.ts";
import { Field, Input, Select } from "#components/ui/fields.tsx";
import { SHIFT_UNITS, type ShiftUnit } from "#server/stats/drift/threshold-equivalents.ts";
import "./threshold-converter.css";

interface ThresholdConverterProps {
  /** What the page shows now; the fields start from it. */
  unit: ShiftUnit;
  value: number;
  className?: string;
}

/** What one limit is in every other unit, and whose default it is: “drift at 0.1” spans a factor of ten in PSI. */
export function ThresholdConverter({ unit, value, className }: ThresholdConverterProps) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className={`panel converter${className ? ` ${className}` : ""}`}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span className="title">Convert a limit</span>
        <span className="muted">PSI, JS, Hellinger, TV, Wasserstein … in each other’s words</span>
      </summary>
      {/* A new limit on the page starts the fields anew. */}
      {open ? <Converter key={`${unit} ${value}`} unit={unit} value={value} /> : null}
    </details>
  );
}

function Converter({ unit: firstUnit, value: firstValue }: { unit: ShiftUnit; value: number }) {
  const [unit, setUnit] = useState(firstUnit);
  const [text, setText] = useState(String(firstValue));
  const value = text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
  const found = convertLimit(unit, value);
  return (
    <div className="body">
      <div className="fields">
        <Field label="Unit">
          {(control) => (
            <Select
              {...control}
              small
              value={unit}
              options={SHIFT_UNITS.map((one) => ({ value: one, label: UNIT_NAMES[one] }))}
              onChange={(event) =>
                setUnit(SHIFT_UNITS.find((one) => one === event.target.value) ?? firstUnit)
              }
            />
          )}
        </Field>
        <Field
          label="Value"
          error={
            found === null
              ? "No plain shift has this value: distances lie in 0 to 1, an AUC in 0.5 to 1."
              : null
          }
        >
          {(control) => (
            <Input
              {...control}
              small
              inputMode="decimal"
              // Within a monitor's form, Enter here must not save the monitor.
              onKeyDown={(event) => (event.key === "Enter" ? event.preventDefault() : undefined)}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      {found === null ? null : (
        <>
          <p className="sentence" aria-live="polite">
            {found.sentence}
          </p>
          <table className="dense">
            <caption className="sr">The same limit in every unit</caption>
            <thead>
              <tr>
                <th scope="col">Unit</th>
                <th scope="col" className="num">
                  Same change
                </th>
                <th scope="col">Defaults in this unit</th>
              </tr>
            </thead>
            <tbody>
              {found.rows.map((row) => (
                <tr key={row.unit} className={row.unit === unit ? "on" : undefined}>
                  <th scope="row">{row.name}</th>
                  <td className="num">{row.value}</td>
                  <td className="whose">{row.whose.join("; ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p className="foot-note muted">
        True for a plain shift: a normal distribution whose mean moves and whose shape stays. For a new
        category, a wider spread or a second hump the units disagree, and no factor turns one into the other.
        On ten bins each distance is a little smaller.
      </p>
    </div>
  );
}
