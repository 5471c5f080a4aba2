"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { byUse, type KeyState, keyState, keysSentence } from "#components/settings/key-words.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { Badge, type BadgeTone } from "#components/ui/state.tsx";
import { agoText, dateText, durationText } from "#components/ui/time.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { ApiKey } from "#server/api/contract.ts";

// Forms bring their checks along; they load when one is opened.
const CreateKeyDialog = dynamic(
  async () => (await import("#components/settings/create-key-dialog.tsx")).CreateKeyDialog,
);

export function ApiKeysPage() {
  const query = useAsk("keys.list", undefined);
  const nowMs = useNow();
  const [creating, setCreating] = useState(false);
  useHotkeys({ n: () => setCreating(true) });
  return (
    <>
      <Answer
        heading="API keys"
        say={query.data ? keysSentence(query.data, nowMs) : "API keys"}
        more="A key's secret is shown once, when it is made; only a hash of it is kept."
      />
      <Panel
        title="API keys"
        end={
          <Button small look="primary" icon="plus" onClick={() => setCreating(true)}>
            Create key
          </Button>
        }
      >
        <Loaded query={query} what="the keys" height={200}>
          {(keys) => (keys.length === 0 ? <NoKeys /> : <KeyTable keys={[...keys].sort(byUse(nowMs))} />)}
        </Loaded>
      </Panel>
      {creating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function NoKeys() {
  return (
    <Empty icon="info" title="No keys yet.">
      <p>Create one with the scope “ingest” for each service that sends predictions.</p>
    </Empty>
  );
}

const STATE_BADGES: Record<KeyState, { tone: BadgeTone; word: string } | null> = {
  active: null,
  expiring: { tone: "ticket", word: "expires soon" },
  expired: { tone: "neutral", word: "expired" },
  revoked: { tone: "neutral", word: "revoked" },
};

function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <>
      <ScrollRegion label="Table of API keys">
        <table className="settings-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Starts with</th>
              <th scope="col">Scopes</th>
              <th scope="col">Created</th>
              <th scope="col">Last used</th>
              <th scope="col">Expires</th>
              <th scope="col">
                <span className="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow key={key.id} item={key} onRevoke={() => setRevoking(key)} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <RevokeDialog item={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}

function KeyRow({ item, onRevoke }: { item: ApiKey; onRevoke: () => void }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const state = keyState(item, nowMs);
  const badge = STATE_BADGES[state];
  const works = state === "active" || state === "expiring";
  const expiresMs = Date.parse(item.expiresAt);
  return (
    <tr className={works ? undefined : "dim"}>
      <th scope="row">
        {item.name} {badge ? <Badge tone={badge.tone}>{badge.word}</Badge> : null}
      </th>
      <td className="mono">{item.prefix}…</td>
      <td>{item.scopes.join(", ")}</td>
      <td>
        {dateText(Date.parse(item.createdAt), zone)} <span className="subtle">{item.createdBy}</span>
      </td>
      <td>
        {item.lastUsedAt === null ? (
          <span className="subtle">never</span>
        ) : (
          agoText(Date.parse(item.lastUsedAt), nowMs, zone)
        )}
      </td>
      <td title={dateText(expiresMs, zone)}>
        {state === "expiring" ? `in ${durationText(expiresMs - nowMs)}` : dateText(expiresMs, zone)}
      </td>
      <td className="num">
        {works ? (
          <Button small onClick={onRevoke}>
            Revoke…<span className="sr"> {item.name}</span>
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

function RevokeDialog({ item, onClose }: { item: ApiKey | null; onClose: () => void }) {
  const toast = useToast();
  const revoke = useTell("keys.revoke", { refresh: ["keys.list"] });
  const confirm = () =>
    item &&
    revoke.mutate(
      { id: item.id },
      {
        onSuccess: () => {
          toast({ text: `Key ${item.name} revoked` });
          onClose();
        },
      },
    );
  return (
    <Dialog
      open={item !== null}
      title={`Revoke key ${item?.name ?? ""}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" aria-busy={revoke.isPending} onClick={confirm}>
            Revoke key
          </Button>
        </>
      }
    >
      <p>
        Whatever uses this key is refused within a second. This cannot be taken back; a new key can be made.
      </p>
      <div role="alert">{revoke.isError ? <p className="field-error">{revoke.error.detail}</p> : null}</div>
    </Dialog>
  );
}
