import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

/** Who sent this request: the peer, or what proxies that are trusted by name say of it. */
export type ClientAddress = (request: IncomingMessage) => string;

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map(parseRange);
  const isTrusted = (address: string) => ranges.some((range) => isWithin(address, range));
  return (request) => {
    const peer = normalize(request.socket.remoteAddress ?? "");
    if (!isTrusted(peer)) return peer;
    const header = request.headers["x-forwarded-for"];
    const hops = (Array.isArray(header) ? header.join(",") : (header ?? ""))
      .split(",")
      .map((hop) => hop.trim());
    const nearestStranger = hops.reverse().find((hop) => ipaddr.isValid(hop) && !isTrusted(normalize(hop)));
    return nearestStranger === undefined ? peer : normalize(nearestStranger);
  };
}

function parseRange(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isWithin(address: string, [base, bits]: Range): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match(base, bits);
}

function normalize(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}
