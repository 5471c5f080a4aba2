"use client";
import { type FormEvent, useState } from "react";
import { useTell } from "#components/api/use-api.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field, Input, Select } from "#components/ui/fields.tsx";
import { integer } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { dateText } from "#components/ui/time.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail } from "#server/api/contract.ts";

/** What production is compared with; a new one can be made from a range of the past. */
export function ModelReferences({ model }: { model: ModelDetail }) {
  const { zone } = useZone();
  const [making, setMaking] = useState(false);
  return (
    <Panel
      className="c6"
      title="References"
      sub="what production is compared with"
      end={
        <Button
          small
          icon="plus"
          off={model.versions.length === 0 ? "No version has rows yet." : null}
          onClick={() => setMaking(true)}
        >
          From a range
        </Button>
      }
    >
      {model.references.length === 0 ? (
        <Empty icon="reference" title="No reference yet.">
          <p>
            Drift is not computed without one. Upload a file through the API, or make one from a range of the
            past.
          </p>
        </Empty>
      ) : (
        <ScrollRegion label="Table of references">
          <table className="settings-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Version</th>
                <th scope="col" className="num">
                  Rows
                </th>
                <th scope="col">Source</th>
                <th scope="col">Created</th>
              </tr>
            </thead>
            <tbody>
              {model.references.map((reference) => (
                <tr key={`${reference.reference} ${reference.version}`}>
                  <th scope="row" title={reference.reference}>
                    {reference.name}
                  </th>
                  <td>{reference.version}</td>
                  <td className="num" title={`${integer(reference.labelled)} labelled`}>
                    {integer(reference.rows)}
                  </td>
                  <td>{reference.source === "upload" ? "a file" : "a range"}</td>
                  <td>{dateText(Date.parse(reference.createdAt), zone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {making ? <FromRange model={model} onClose={() => setMaking(false)} /> : null}
    </Panel>
  );
}

const dayOf = (instant: string | null) => instant?.slice(0, 10) ?? "";

function FromRange({ model, onClose }: { model: ModelDetail; onClose: () => void }) {
  const toast = useToast();
  const make = useTell("references.fromRange", {
    refresh: ["models.", "metrics.query", "drift.", "fleet.get"],
  });
  const [version, setVersion] = useState(model.liveVersion ?? model.versions[0]?.version ?? "");
  const chosen = model.versions.find((one) => one.version === version);
  const [from, setFrom] = useState(dayOf(chosen?.firstTs ?? null));
  const [to, setTo] = useState(dayOf(chosen?.lastTs ?? null));
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const problem =
    from === "" || to === "" ? "Give both days." : from >= to ? "The end must be after the start." : null;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    if (problem !== null) return;
    make.mutate(
      {
        model: model.model,
        version,
        from: `${from}T00:00:00Z`,
        to: `${to}T00:00:00Z`,
        name: name.trim() || `${from} to ${to}`,
      },
      {
        onSuccess: () => {
          toast({ text: "Reference made" });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      title="Make a reference from a range"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" aria-busy={make.isPending} onClick={() => submit()}>
            {make.isPending ? "Making…" : "Make reference"}
          </Button>
        </>
      }
    >
      <form className="dialog-form" noValidate onSubmit={submit}>
        <p className="muted">From then on, this version is compared with what it saw in these days.</p>
        <Field label="Version">
          {(control) => (
            <Select
              {...control}
              value={version}
              options={model.versions.map((one) => ({ value: one.version, label: one.version }))}
              onChange={(event) => setVersion(event.target.value)}
            />
          )}
        </Field>
        <Field label="From (UTC)">
          {(control) => (
            <Input {...control} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
          )}
        </Field>
        <Field label="To, not included (UTC)" error={tried ? problem : null}>
          {(control) => (
            <Input {...control} type="date" value={to} onChange={(event) => setTo(event.target.value)} />
          )}
        </Field>
        <Field label="Name">
          {(control) => (
            <Input
              {...control}
              type="text"
              maxLength={256}
              value={name}
              placeholder={`${from} to ${to}`}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div role="alert">{make.isError ? <p className="field-error">{make.error.detail}</p> : null}</div>
        <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">
          Make
        </button>
      </form>
    </Dialog>
  );
}
