"use client";
import { type FormEvent, useId, useState } from "react";
import { PRESET_WORDS, PRESETS, type TimeRange } from "#components/shell/time-range.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/fields.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { offsetMs, rangeText, zoneText } from "#components/ui/time.ts";

export interface RangeMenuProps {
  scope: Scope;
  onChange: (range: TimeRange) => void;
}

export function RangeMenu({ scope, onChange }: RangeMenuProps) {
  const exact = rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs);
  const words =
    scope.range.kind === "relative" && !scope.endsAtData ? PRESET_WORDS[scope.range.preset] : exact;
  return (
    <Menu
      role="dialog"
      label={`Time range: ${words}`}
      button={
        <>
          <span title={exact}>{words}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <>
          <div role="menu" aria-label="Ranges">
            {PRESETS.map((preset) => (
              <MenuItem
                key={preset}
                checked={scope.range.kind === "relative" && scope.range.preset === preset}
                onSelect={() => {
                  onChange({ kind: "relative", preset });
                  close();
                }}
              >
                {PRESET_WORDS[preset]}
              </MenuItem>
            ))}
          </div>
          <hr />
          <Typed
            scope={scope}
            onChange={(range) => {
              onChange(range);
              close();
            }}
          />
        </>
      )}
    </Menu>
  );
}

function Typed({ scope, onChange }: RangeMenuProps) {
  const id = useId();
  const [from, setFrom] = useState(() => toField(scope.fromMs, scope.zone));
  const [to, setTo] = useState(() => toField(scope.toMs, scope.zone));
  const fromMs = fromField(from, scope.zone);
  const toMs = fromField(to, scope.zone);
  const wrong = fromMs === null || toMs === null || fromMs >= toMs;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fromMs !== null && toMs !== null && fromMs < toMs) onChange({ kind: "absolute", fromMs, toMs });
  };
  return (
    <form className="box" onSubmit={submit}>
      <label className="field" htmlFor={`${id}-from`}>
        <span className="k">From, {zoneText(scope.zone, scope.toMs)}</span>
        <Input
          id={`${id}-from`}
          small
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="field" htmlFor={`${id}-to`}>
        <span className="k">To</span>
        <Input
          id={`${id}-to`}
          small
          type="datetime-local"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <Button type="submit" small off={wrong && "The start must be before the end."}>
        Show this range
      </Button>
    </form>
  );
}

function toField(instantMs: number, zone: string): string {
  return new Date(instantMs + offsetMs(instantMs, zone)).toISOString().slice(0, 16);
}
function fromField(text: string, zone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : wall - offsetMs(wall - offsetMs(wall, zone), zone);
}
