"use client";
import { useParams, useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { modelTabs } from "#components/shell/model-tabs.ts";
import { type PaletteEntry, paletteHits } from "#components/shell/palette-hits.ts";
import { useModal } from "#components/ui/dialog.tsx";
import { Icon } from "#components/ui/icon.tsx";
import type { ModelListItem } from "#server/api/contract.ts";

export interface PaletteProps {
  open: boolean;
  onClose: () => void;
  models: readonly ModelListItem[];
}

/** Jump anywhere by a few letters. A combobox: focus stays in the field, arrows move through the list. */
export function Palette({ open, onClose, models }: PaletteProps) {
  const ref = useModal(open);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself
    <dialog
      ref={ref}
      className="palette"
      aria-label="Search or jump to"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      {open ? <Search models={models} onDone={() => ref.current?.close()} /> : null}
    </dialog>
  );
}

function Search({ models, onDone }: { models: readonly ModelListItem[]; onDone: () => void }) {
  const router = useRouter();
  const listId = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries(models);
  const hits = useMemo(() => paletteHits(entries, query), [entries, query]);
  const chosen = hits[Math.min(at, hits.length - 1)];

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const go = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onDone();
    router.push(entry.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(chosen);
    if (step === undefined || hits.length === 0) return;
    event.preventDefault();
    setAt((before) => (Math.min(before, hits.length - 1) + step + hits.length) % hits.length);
  };
  return (
    <>
      <div className="q">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type here
          autoFocus
          role="combobox"
          aria-label="Search or jump to"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
          placeholder="Model, feature or page"
          value={query}
          onKeyDown={onKey}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="hits" role="listbox" id={listId} aria-label="Results" ref={list}>
        {hits.map((hit, index) => (
          <Hit
            key={hit.id}
            id={`${listId}-${hit.id}`}
            hit={hit}
            first={hits[index - 1]?.group !== hit.group}
            selected={hit === chosen}
            onPick={() => go(hit)}
          />
        ))}
        {hits.length === 0 ? <p className="cap">Nothing matches “{query}”.</p> : null}
      </div>
    </>
  );
}

interface HitProps {
  id: string;
  hit: PaletteEntry;
  first: boolean;
  selected: boolean;
  onPick: () => void;
}
function Hit({ id, hit, first, selected, onPick }: HitProps) {
  return (
    <>
      {first ? (
        <div className="cap" role="presentation">
          {hit.group}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox takes the keys */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox */}
      <div id={id} className="hit" role="option" aria-selected={selected} onClick={onPick}>
        <span>{hit.label}</span>
        {hit.end ? <span className="end">{hit.end}</span> : null}
      </div>
    </>
  );
}

function useEntries(models: readonly ModelListItem[]): PaletteEntry[] {
  const params = useParams<{ model?: string }>();
  const model = params.model ? decodeURIComponent(params.model) : null;
  const detail = useAsk("models.get", { model: model ?? "" }, { enabled: model !== null });
  const keep = useCarry();
  return useMemo(() => {
    const own = model === null ? [] : modelTabs(model);
    return [
      ...own.map((tab) => ({
        id: `tab-${tab.key}`,
        group: "This model" as const,
        label: tab.label,
        end: model ?? "",
        href: keep(tab.href),
      })),
      ...models.map((one) => ({
        id: `model-${one.model}`,
        group: "Models" as const,
        label: one.model,
        end: one.name === one.model ? one.task : one.name,
        href: modelPath(one.model),
      })),
      ...(model === null ? [] : (detail.data?.features ?? [])).map((feature) => ({
        id: `feature-${feature.name}`,
        group: "Features" as const,
        label: feature.name,
        end: feature.type,
        href: keep(modelPath(model ?? "", "features", feature.name)),
      })),
      ...PAGES,
    ];
  }, [model, models, detail.data, keep]);
}

const PAGES: PaletteEntry[] = [
  { id: "page-fleet", group: "Pages", label: "Fleet", end: "g f", href: "/" },
  { id: "page-alerts", group: "Pages", label: "Alerts", end: "g a", href: "/alerts" },
  { id: "page-settings", group: "Pages", label: "Settings", end: "g s", href: "/settings" },
  { id: "page-connect", group: "Pages", label: "Connect a model", href: "/models/new" },
];
