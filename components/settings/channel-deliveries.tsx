"use client";
import Link from "next/link";
import type { OutputOf } from "#components/api/client.ts";
import { useAsk } from "#components/api/use-api.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Drawer } from "#components/ui/dialog.tsx";
import { plural } from "#components/ui/format.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { instantText } from "#components/ui/time.ts";
import type { Channel } from "#server/api/contract.ts";

type Delivery = OutputOf<"channels.deliveries">[number];

const KIND_WORDS: Record<Delivery["kind"], string> = {
  firing: "Alert fired",
  resolved: "Alert resolved",
  test: "Test",
  digest: "Digest",
};
const STATUS: Record<Delivery["status"], { icon: IconName; word: string }> = {
  queued: { icon: "wait", word: "waiting" },
  sending: { icon: "wait", word: "being sent" },
  delivered: { icon: "ok", word: "delivered" },
  retry: { icon: "ticket", word: "failed, will be tried again" },
  dead: { icon: "fail", word: "given up" },
  superseded: { icon: "info", word: "replaced by a later message" },
};

/** What was sent to a channel, newest first, each with the receiver's answer. */
export function ChannelDeliveries({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  return (
    <Drawer open={channel !== null} title={`Deliveries to ${channel?.name ?? ""}`} onClose={onClose}>
      {channel ? <List id={channel.id} /> : null}
    </Drawer>
  );
}

function List({ id }: { id: string }) {
  const query = useAsk("channels.deliveries", { id });
  return (
    <Loaded query={query} what="the deliveries" height={200}>
      {(deliveries) =>
        deliveries.length === 0 ? (
          <Empty icon="out" title="Nothing was sent yet." />
        ) : (
          <ul className="list">
            {deliveries.map((delivery) => (
              <Line key={delivery.id} delivery={delivery} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Line({ delivery }: { delivery: Delivery }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const status = STATUS[delivery.status];
  const [first] = delivery.alertIds;
  const answer = [
    delivery.code === null ? null : `answered ${delivery.code}`,
    delivery.error,
    delivery.attempts > 1 ? plural(delivery.attempts, "attempt") : null,
    delivery.nextAttemptAt === null
      ? null
      : `next ${instantText(Date.parse(delivery.nextAttemptAt), zone, nowMs)}`,
  ].filter((part) => part !== null);
  return (
    <li>
      <Icon name={status.icon} />
      <span className="t">
        {first ? (
          <Link href={`/alerts/${first}`}>{KIND_WORDS[delivery.kind]}</Link>
        ) : (
          KIND_WORDS[delivery.kind]
        )}
        {delivery.alertIds.length > 1 ? ` and ${delivery.alertIds.length - 1} more` : ""}, {status.word}
      </span>
      <span className="w">{instantText(Date.parse(delivery.createdAt), zone, nowMs)}</span>
      <span className="m">{answer.join(", ")}</span>
    </li>
  );
}
