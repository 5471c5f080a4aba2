"use client";
import { useState } from "react";
import { fieldWord } from "#components/predictions/edit-query.ts";
import { findField, type QueryField } from "#components/predictions/query-fields.ts";
import { isUnusual, oddity, type ReferencePlace } from "#components/predictions/reference-place.ts";
import { type FeaturePlace, PLACES_MAX, usePlaces } from "#components/predictions/use-places.ts";
import { IconButton } from "#components/ui/button.tsx";
import { fixed, integer, NOTHING, percent, quantity } from "#components/ui/format.ts";
import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";

export interface FeaturePlacesProps {
  row: PredictionRow;
  model: ModelDetail;
  fields: readonly QueryField[];
  /** Adds words to the query; left out where there is no list beside. */
  onFilter?: (words: readonly string[]) => void;
}

/** Each feature, its value, and where that lies in the reference: unusual first. */
export function FeaturePlaces({ row, model, fields, onFilter }: FeaturePlacesProps) {
  const [limit, setLimit] = useState(PLACES_MAX);
  const places = usePlaces(row, model, limit);
  const pending = places.some((one) => one.pending);
  // Rows are put in order once all places are known; until then they stay as the model declares them.
  const ordered = pending ? places : [...places].sort((a, b) => oddity(b.place) - oddity(a.place));
  const reference = model.versions.find((one) => one.version === row.version)?.reference;
  return (
    <section aria-label="Features">
      <h3 className="drawer-sec">
        Features{" "}
        <span>
          {reference
            ? `place in the reference, n ${integer(reference.rows)}; unusual first`
            : "this version has no reference to compare with"}
        </span>
      </h3>
      <table className="feats">
        <caption className="sr">Features of this prediction</caption>
        <colgroup>
          <col className="col-name" />
          <col className="col-value" />
          <col />
          <col className="col-share" />
          <col className="col-act" />
        </colgroup>
        <thead className="sr">
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Value</th>
            <th scope="col">Place in the reference</th>
            <th scope="col">Percentile or share</th>
            <th scope="col">Filter</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((one) => (
            <FeatureLine
              key={one.name}
              one={one}
              onFilter={onFilter ? () => filterBy(one, fields, onFilter) : undefined}
            />
          ))}
        </tbody>
      </table>
      {model.features.length > limit ? (
        <button type="button" className="more" onClick={() => setLimit(model.features.length)}>
          All {integer(model.features.length)} features
        </button>
      ) : null}
    </section>
  );
}

function filterBy(
  one: FeaturePlace,
  fields: readonly QueryField[],
  onFilter: (words: readonly string[]) => void,
): void {
  const field = findField(fields, `features.${one.name}`);
  if (field) onFilter([fieldWord(field, one.value, findField(fields, field.name) === field)]);
}

function FeatureLine({ one, onFilter }: { one: FeaturePlace; onFilter: (() => void) | undefined }) {
  const shown =
    one.value === null ? NOTHING : typeof one.value === "number" ? quantity(one.value) : one.value;
  return (
    <tr>
      <th scope="row" title={one.name}>
        {one.name}
      </th>
      <td title={shown} className={one.value === null ? "subtle" : undefined}>
        {shown}
      </td>
      <td>
        <PlaceMark place={one.place} />
      </td>
      <td className={isUnusual(one.place) ? "num edge" : "num muted"}>
        {one.pending ? "" : placeWords(one.place)}
      </td>
      <td>
        {onFilter ? (
          <IconButton
            icon="search"
            className="ib"
            label={`Only rows with ${one.name} ${shown}`}
            onClick={onFilter}
          />
        ) : null}
      </td>
    </tr>
  );
}

function placeWords(place: ReferencePlace): string {
  switch (place.kind) {
    case "percentile":
      return percentileWords(place.percentile);
    case "share":
      return percent(place.share);
    case "new":
      return "new value";
    case "missing":
      return place.share === null ? "missing" : `ref. ${percent(place.share, 0)}`;
    case "unknown":
      return "";
  }
}

function percentileWords(percentile: number): string {
  if (percentile <= 0) return "under all";
  if (percentile >= 100) return "over all";
  if (percentile < 1 || percentile > 99) return `p${fixed(percentile, 1)}`;
  return `p${Math.round(percentile)}`;
}

const WIDTH = 140;
const x = (percentile: number) => 2 + (percentile / 100) * (WIDTH - 4);

function PlaceMark({ place }: { place: ReferencePlace }) {
  if (place.kind === "missing") return <span className="subtle">missing</span>;
  if (place.kind !== "percentile" && place.kind !== "share") return null;
  return (
    <svg width="100%" height="14" viewBox={`0 0 ${WIDTH} 14`} preserveAspectRatio="none" aria-hidden="true">
      <rect x="2" y="5.5" width={WIDTH - 4} height="3" fill="var(--sunken)" />
      {place.kind === "percentile" ? (
        <>
          <rect x={x(5)} y="5.5" width={x(95) - x(5)} height="3" fill="var(--border)" />
          <rect x={x(place.percentile) - 1.25} y="1.5" width="2.5" height="11" fill="var(--fg)" />
        </>
      ) : (
        <rect x="2" y="5.5" width={(WIDTH - 4) * place.share} height="3" fill="var(--muted)" />
      )}
    </svg>
  );
}
