"use client";
import Link from "next/link";
import { useState } from "react";
import { useTell } from "#components/api/use-api.ts";
import { modelPath } from "#components/shell/carry.ts";
import { Empty } from "#components/ui/block.tsx";
import { Checkbox, SearchInput, Select } from "#components/ui/fields.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { FeatureInfo, ModelDetail } from "#server/api/contract.ts";

const SHOWN_MAX = 200;

/** Type and segment of each feature; a change is saved at once and can be taken back. */
export function ModelFeatures({ model }: { model: ModelDetail }) {
  const [wanted, setWanted] = useState("");
  const found = model.features.filter((feature) => feature.name.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <Panel
      className="c12"
      title="Features"
      sub="read from the reference or the first rows; a segment is something metrics can be asked by"
      end={
        <SearchInput
          label="Find a feature"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      }
      foot={
        found.length > SHOWN_MAX
          ? `${SHOWN_MAX} of ${found.length} are shown; type part of a name.`
          : undefined
      }
    >
      {model.features.length === 0 ? (
        <Empty icon="info" title="No features yet.">
          <p>They appear with the first prediction, or with a reference.</p>
        </Empty>
      ) : (
        <ScrollRegion label="Table of features">
          <table className="settings-table">
            <thead>
              <tr>
                <th scope="col">Feature</th>
                <th scope="col">Type</th>
                <th scope="col">Segment</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, SHOWN_MAX).map((feature) => (
                <FeatureRow key={feature.name} model={model} feature={feature} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function FeatureRow({ model, feature }: { model: ModelDetail; feature: FeatureInfo }) {
  const toast = useToast();
  const update = useTell("models.update", {
    refresh: ["models.", "metrics.query", "drift.", "performance."],
  });
  const set = (change: { type?: FeatureInfo["type"]; segment?: boolean }, undo: typeof change | null) =>
    update.mutate(
      { model: model.model, features: { [feature.name]: change } },
      {
        onSuccess: () =>
          toast({ text: `${feature.name} saved`, ...(undo ? { undo: () => set(undo, null) } : {}) }),
        onError: (problem) => toast({ text: problem.detail }),
      },
    );
  return (
    <tr aria-busy={update.isPending || undefined}>
      <th scope="row">
        <Link href={modelPath(model.model, "features", feature.name)}>{feature.name}</Link>
      </th>
      <td>
        <Select
          small
          aria-label={`Type of ${feature.name}`}
          value={feature.type}
          options={[
            { value: "number", label: "number" },
            { value: "category", label: "category" },
          ]}
          onChange={(event) =>
            set({ type: event.target.value === "number" ? "number" : "category" }, { type: feature.type })
          }
        />
      </td>
      <td>
        <Checkbox
          aria-label={`${feature.name} is a segment`}
          checked={feature.segment}
          onChange={(event) => set({ segment: event.target.checked }, { segment: feature.segment })}
        >
          {feature.segment ? "segment" : ""}
        </Checkbox>
      </td>
    </tr>
  );
}
