import { listed, plural } from "#components/ui/format.ts";
import type { StateShape } from "#components/ui/state.tsx";
import type { Channel } from "#server/api/contract.ts";

export function channelShape(channel: Channel): { shape: StateShape; word: string } {
  if (!channel.enabled) return { shape: "paused", word: "Off" };
  if (channel.lastDelivery === null) return { shape: "wait", word: "Never used" };
  return channel.lastDelivery.ok ? { shape: "ok", word: "Delivering" } : { shape: "fail", word: "Failing" };
}

export function channelsSentence(channels: readonly Channel[]): string {
  if (channels.length === 0) return "No channel yet: alerts are shown here, and nobody is told of them.";
  const failing = channels.filter((channel) => channel.enabled && channel.lastDelivery?.ok === false);
  if (failing.length > 0)
    return `Delivery fails on ${listed(failing.map((channel) => channel.name))}; alerts still appear here.`;
  const unused = channels.filter((channel) => channel.enabled && channel.lastDelivery === null).length;
  const rest =
    unused > 0 ? ` ${plural(unused, "channel has", "channels have")} never been used; send a test.` : "";
  return `Delivery works on ${plural(channels.length - unused, "channel")}.${rest}`;
}

/** The receiver's answer, as far as it is known. */
export function deliveryWords(delivery: { ok: boolean; code: number | null; error: string | null }): string {
  const code = delivery.code === null ? "" : `answered ${delivery.code}`;
  if (delivery.ok) return code || "delivered";
  return [code, delivery.error].filter(Boolean).join(": ") || "no answer";
}

/** Only web addresses can be told of alerts; what the server refuses besides is its business. */
export function urlProblem(text: string): string | null {
  if (text.trim() === "") return "Give the address that receives the webhooks.";
  if (!URL.canParse(text.trim())) return "This is no web address; it starts with https:// or http://.";
  const { protocol, username, password } = new URL(text.trim());
  if (protocol !== "https:" && protocol !== "http:")
    return "Only https:// and http:// addresses can be told.";
  return username || password ? "Leave the user name and password out of the address." : null;
}
