"use client";
import { useQueryStates } from "nuqs";
import { type ReactNode, useRef } from "react";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { RangeMenu } from "#components/shell/range-menu.tsx";
import { scopeParsers } from "#components/shell/search-params.ts";
import {
  FIXED_WINDOWS,
  shiftRange,
  type TimeRange,
  WINDOW_WORDS,
  zoomRange,
} from "#components/shell/time-range.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { useLocalZone, useZone } from "#components/shell/zone.ts";
import { IconButton } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { ChoiceMenu, Menu, MenuItem } from "#components/ui/menu.tsx";
import { dateText, zoneText } from "#components/ui/time.ts";
import type { WindowName } from "#server/api/contract.ts";

export interface TimeBarProps {
  /** Controls of the page's own, after the shared ones. */
  children?: ReactNode;
  /** Pages without windows leave that control out. */
  windows?: boolean;
}

/** What the page is about: range, window, version, segment. One bar over all charts; every choice is in the URL. */
export function TimeBar({ children, windows = true }: TimeBarProps) {
  const scope = useScope();
  const [, set] = useQueryStates(scopeParsers);
  const bar = useRef<HTMLDivElement>(null);
  const setRange = (t: TimeRange) => void set({ t });
  const canGoLater = scope.toMs < scope.nowMs;
  useHotkeys({
    t: () => bar.current?.querySelector("button")?.click(),
    "[": () => setRange(shiftRange(scope, -1)),
    "]": () => canGoLater && setRange(shiftRange(scope, 1)),
    "-": () => setRange(zoomRange(scope, 2)),
    "=": () => setRange(zoomRange(scope, 0.5)),
  });
  return (
    <div className="timebar" role="toolbar" aria-label="Time and scope" ref={bar}>
      <RangeMenu scope={scope} onChange={setRange} />
      <span className="group">
        <IconButton icon="left" label="Earlier" onClick={() => setRange(shiftRange(scope, -1))} />
        <IconButton
          icon="right"
          label="Later"
          off={!canGoLater}
          onClick={() => setRange(shiftRange(scope, 1))}
        />
      </span>
      {windows ? (
        <ChoiceMenu
          label="Window"
          value={scope.askedWindow}
          shown={WINDOW_WORDS[scope.window]}
          options={[
            { value: "auto", label: "Automatic", end: WINDOW_WORDS[scope.window] },
            ...FIXED_WINDOWS.map((value) => ({ value, label: WINDOW_WORDS[value] })),
          ]}
          onChange={(w) => void set({ w })}
        />
      ) : null}
      <VersionMenu scope={scope} onChange={(v) => void set({ v })} />
      <SegmentMenu scope={scope} onChange={(segment) => void set({ seg: segment ? [segment] : [] })} />
      {children}
      <ZoneMenu scope={scope} />
    </div>
  );
}

function VersionMenu({ scope, onChange }: { scope: Scope; onChange: (version: string) => void }) {
  const { versions } = scope.detail;
  if (versions.length === 0) return null;
  return (
    <ChoiceMenu
      label="Version"
      value={scope.version ?? "live"}
      options={[
        { value: "live", label: "live", end: "champion of each instant" },
        ...versions.map((one) => ({ value: one.version, label: one.version, end: one.stage })),
      ]}
      onChange={onChange}
    />
  );
}

function SegmentMenu({ scope, onChange }: { scope: Scope; onChange: (segment: string | null) => void }) {
  const keys = scope.detail.segments.filter((one) => one.values.length > 0);
  if (keys.length === 0) return null;
  return (
    <span className="group">
      <Menu
        button={
          scope.segment ? (
            <>
              <span className="k">Segment</span> {scope.segment.replace(":", " ")}
              <Icon name="down" />
            </>
          ) : (
            <>
              <Icon name="plus" />
              Segment
            </>
          )
        }
      >
        {(close) =>
          keys.map(({ key, values }) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of menu items, not of form fields
            <div key={key} role="group" aria-label={key}>
              <p className="cap" role="presentation">
                {key}
              </p>
              {values.map((value) => (
                <MenuItem
                  key={value}
                  checked={scope.segment === `${key}:${value}`}
                  onSelect={() => {
                    onChange(`${key}:${value}`);
                    close();
                  }}
                >
                  {value}
                </MenuItem>
              ))}
            </div>
          ))
        }
      </Menu>
      {scope.segment ? <IconButton icon="close" label="All traffic" onClick={() => onChange(null)} /> : null}
    </span>
  );
}

function ZoneMenu({ scope }: { scope: Scope }) {
  const { tz, setTz } = useZone();
  const local = useLocalZone();
  return (
    <span className="tz">
      <Menu
        buttonClass="more"
        button={zoneText(scope.zone, scope.toMs)}
        label={`Times in ${zoneText(scope.zone, scope.toMs)}`}
      >
        {(close) =>
          [
            { value: "utc", label: "UTC", end: "" },
            { value: "local", label: "Local time", end: local },
          ].map(({ value, label, end }) => (
            <MenuItem
              key={value}
              checked={tz === value}
              end={end}
              onSelect={() => {
                setTz(value);
                close();
              }}
            >
              {label}
            </MenuItem>
          ))
        }
      </Menu>
    </span>
  );
}

/** Says what is not as the link asked, or that the range ends at old data. `answered`: the windows that the server gave. */
export function ScopeNotice({ answered }: { answered?: WindowName }) {
  const scope = useScope();
  if (answered && answered !== scope.window && answered !== "all")
    return (
      <p className="notice" role="status">
        <Icon name="info" size="s" />
        {WINDOW_WORDS[scope.window]} windows would be too many here; this shows {WINDOW_WORDS[answered]}.
      </p>
    );
  if (scope.widenedFrom)
    return (
      <p className="notice" role="status">
        <Icon name="info" size="s" />
        Asked for {WINDOW_WORDS[scope.widenedFrom]} windows; this range and model show{" "}
        {WINDOW_WORDS[scope.window]}.
      </p>
    );
  if (scope.endsAtData)
    return (
      <p className="notice" role="status">
        <Icon name="wait" size="s" />
        The newest row is of {dateText(scope.toMs - 1, scope.zone)}; the range ends there.
      </p>
    );
  return null;
}
