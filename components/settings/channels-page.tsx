"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { ChannelDeliveries } from "#components/settings/channel-deliveries.tsx";
import { channelShape, channelsSentence, deliveryWords } from "#components/settings/channel-words.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { integer } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { State } from "#components/ui/state.tsx";
import { agoText } from "#components/ui/time.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { Channel } from "#server/api/contract.ts";

// Forms bring their checks along; they load when one is opened.
const CreateChannelDialog = dynamic(
  async () => (await import("#components/settings/create-channel-dialog.tsx")).CreateChannelDialog,
);

export function ChannelsPage() {
  const query = useAsk("channels.list", undefined);
  const [creating, setCreating] = useState(false);
  useHotkeys({ n: () => setCreating(true) });
  return (
    <>
      <Answer
        heading="Channels"
        say={query.data ? channelsSentence(query.data) : "Channels"}
        more="A channel gets a signed webhook when an alert of its monitors fires and when it resolves."
      />
      <Panel
        title="Channels"
        end={
          <Button small look="primary" icon="plus" onClick={() => setCreating(true)}>
            Add channel
          </Button>
        }
      >
        <Loaded query={query} what="the channels" height={200}>
          {(channels) =>
            channels.length === 0 ? (
              <Empty icon="out" title="No channels yet.">
                <p>Add the address of whatever wakes people: an incident tool, a chat, your own service.</p>
              </Empty>
            ) : (
              <ChannelTable channels={channels} />
            )
          }
        </Loaded>
      </Panel>
      {creating ? <CreateChannelDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function ChannelTable({ channels }: { channels: readonly Channel[] }) {
  const [deleting, setDeleting] = useState<Channel | null>(null);
  const [shown, setShown] = useState<Channel | null>(null);
  return (
    <>
      <ScrollRegion label="Table of channels">
        <table className="settings-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Target</th>
              <th scope="col">State</th>
              <th scope="col">Last delivery</th>
              <th scope="col" className="num">
                Failures, 24 h
              </th>
              <th scope="col" className="num">
                Monitors
              </th>
              <th scope="col">
                <span className="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {channels.map((channel) => (
              <ChannelRow
                key={channel.id}
                channel={channel}
                onDelete={() => setDeleting(channel)}
                onDeliveries={() => setShown(channel)}
              />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <DeleteDialog channel={deleting} onClose={() => setDeleting(null)} />
      <ChannelDeliveries channel={shown} onClose={() => setShown(null)} />
    </>
  );
}

interface ChannelRowProps {
  channel: Channel;
  onDelete: () => void;
  onDeliveries: () => void;
}

function ChannelRow({ channel, onDelete, onDeliveries }: ChannelRowProps) {
  const nowMs = useNow();
  const { zone } = useZone();
  const state = channelShape(channel);
  const { lastDelivery } = channel;
  return (
    <tr className={channel.enabled ? undefined : "dim"}>
      <th scope="row">{channel.name}</th>
      <td className="mono">{channel.target}</td>
      <td>
        <State shape={state.shape} word={state.word} />
      </td>
      <td>
        {lastDelivery === null ? (
          <span className="subtle">none</span>
        ) : (
          <>
            {agoText(Date.parse(lastDelivery.at), nowMs, zone)}{" "}
            <span className="subtle">{deliveryWords(lastDelivery)}</span>
          </>
        )}
      </td>
      <td className="num">{integer(channel.failures24h)}</td>
      <td className="num">{integer(channel.monitors)}</td>
      <td className="num">
        <ChannelActs channel={channel} onDelete={onDelete} onDeliveries={onDeliveries} />
      </td>
    </tr>
  );
}

function ChannelActs({ channel, onDelete, onDeliveries }: ChannelRowProps) {
  const toast = useToast();
  const test = useTell("channels.test", { refresh: ["channels."] });
  const update = useTell("channels.update", { refresh: ["channels."] });
  const failed = (problem: { detail: string }) => toast({ text: problem.detail });
  const send = () =>
    test.mutate(
      { id: channel.id },
      {
        onSuccess: (delivery) =>
          toast({
            text:
              delivery.status === "delivered"
                ? `Test delivered to ${channel.name}`
                : delivery.error
                  ? `Test to ${channel.name}: ${delivery.error}`
                  : `Test to ${channel.name} is on its way`,
          }),
        onError: failed,
      },
    );
  const set = (enabled: boolean) =>
    update.mutate(
      { id: channel.id, enabled },
      { onSuccess: () => toast({ text: enabled ? "Channel on" : "Channel off" }), onError: failed },
    );
  return (
    <span className="row-acts">
      <Button
        small
        aria-busy={test.isPending}
        onClick={send}
        off={channel.enabled ? null : "This channel is off."}
      >
        {test.isPending ? "Sending…" : "Send test"}
        <span className="sr"> to {channel.name}</span>
      </Button>
      <Menu button={<Icon name="more" />} label={`More for ${channel.name}`} buttonClass="ctl icon">
        {(close) => (
          <>
            <MenuItem
              icon="out"
              onSelect={() => {
                close();
                onDeliveries();
              }}
            >
              Deliveries
            </MenuItem>
            <MenuItem
              icon={channel.enabled ? "paused" : "live"}
              onSelect={() => {
                set(!channel.enabled);
                close();
              }}
            >
              {channel.enabled ? "Switch off" : "Switch on"}
            </MenuItem>
            <MenuItem
              icon="close"
              onSelect={() => {
                close();
                onDelete();
              }}
            >
              Delete…
            </MenuItem>
          </>
        )}
      </Menu>
    </span>
  );
}

function DeleteDialog({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const toast = useToast();
  const remove = useTell("channels.delete", { refresh: ["channels.", "monitors."] });
  const confirm = () =>
    channel &&
    remove.mutate(
      { id: channel.id },
      {
        onSuccess: () => {
          toast({ text: `Channel ${channel.name} deleted` });
          onClose();
        },
      },
    );
  const used = channel?.monitors ?? 0;
  return (
    <Dialog
      open={channel !== null}
      title={`Delete channel ${channel?.name ?? ""}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" aria-busy={remove.isPending} onClick={confirm}>
            Delete channel
          </Button>
        </>
      }
    >
      <p>
        {used > 0
          ? `${used === 1 ? "One monitor tells" : `${integer(used)} monitors tell`} this channel; ${used === 1 ? "it" : "they"} will tell it no more.`
          : "No monitor uses it."}
      </p>
      <div role="alert">{remove.isError ? <p className="field-error">{remove.error.detail}</p> : null}</div>
    </Dialog>
  );
}
