import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector } from "undici";
import { ServiceError } from "#server/kernel/errors.ts";

const PORTS: ReadonlySet<string> = new Set(["", "80", "443", "8080", "8443"]);

/** Which addresses a message may be sent to. */
export interface TargetGuard {
  /** Refuses with `bad_request` an address that could never be sent to. */
  checkUrl(text: string): URL;
  /** Connects only to addresses that are allowed at that moment, whatever the name said before. */
  readonly agent: Agent;
}

export interface TargetGuardOptions {
  /** Networks (`10.0.3.0/24`), addresses and host names that may be reached although they are private. */
  readonly allowedPrivateTargets: readonly string[];
  readonly connectTimeoutMs: number;
  readonly lookup?: LookupFunction;
}

export class TargetNotAllowed extends Error {
  constructor() {
    super("The address is private and not among PLUMBLINE_ALLOWED_PRIVATE_TARGETS.");
    this.name = "TargetNotAllowed";
  }
}

/**
 * Names are checked where they become addresses, at the moment of connecting: a check before that can be undone by a
 * name that resolves differently the second time.
 */
export function createTargetGuard(options: TargetGuardOptions): TargetGuard {
  const allowed = readAllowed(options.allowedPrivateTargets);
  const mayConnect = (host: string, address: string) =>
    allowed.hosts.has(host) || isPublic(address) || allowed.networks.some((network) => network(address));
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    lookup: guardedLookup(options, mayConnect),
  });
  const agent = new Agent({
    connect: (target, done) => {
      // A literal address is never looked up.
      const literal = target.hostname.replace(/^\[|\]$/g, "");
      if (isIP(literal) !== 0 && !mayConnect(literal, literal)) return done(new TargetNotAllowed(), null);
      connect(target, done);
    },
    keepAliveTimeout: 4_000,
    connections: 2,
  });
  return { agent, checkUrl: (text) => checkUrl(text, allowed.hosts, mayConnect) };
}

function checkUrl(
  text: string,
  allowedHosts: ReadonlySet<string>,
  mayConnect: (host: string, address: string) => boolean,
): URL {
  const url = parse(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw refusal("must start with https:// or http://");
  if (url.username !== "" || url.password !== "") throw refusal("must not carry a user name or password");
  const host = hostOf(url);
  const isLiteral = isIP(host) !== 0;
  if (isLiteral ? !mayConnect(host, host) : isLocalName(host) && !allowedHosts.has(host)) {
    throw refusal("is a private address; the server's PLUMBLINE_ALLOWED_PRIVATE_TARGETS does not name it");
  }
  const isNamed = allowedHosts.has(host) || (isLiteral && !isPublic(host));
  if (!isNamed && !PORTS.has(url.port)) throw refusal("must use port 80, 443, 8080 or 8443");
  return url;
}

function parse(text: string): URL {
  try {
    const url = new URL(text);
    // `localhost.` is the same host, and not folded by the parser.
    if (isIP(hostOf(url)) === 0) url.hostname = url.hostname.replace(/\.+$/, "");
    return url;
  } catch {
    throw refusal("is not a URL");
  }
}

function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.+$/, "")
    .toLowerCase();
}

function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || !host.includes(".");
}

function refusal(why: string): ServiceError {
  return new ServiceError("bad_request", `The channel's address ${why}.`, {
    reason: "target_not_allowed",
    errors: [{ path: "url", code: "target_not_allowed", message: `It ${why}.` }],
  });
}

function guardedLookup(
  { lookup = systemLookup }: TargetGuardOptions,
  mayConnect: (host: string, address: string) => boolean,
): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [], 0);
      const found = Array.isArray(addresses) ? addresses : [{ address: addresses, family: isIP(addresses) }];
      const host = hostname.replace(/\.+$/, "").toLowerCase();
      const [first] = found;
      if (first === undefined || found.some(({ address }) => !mayConnect(host, address))) {
        return done(new TargetNotAllowed(), [], 0);
      }
      if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

/** Anything but a plain unicast address is private here: loopback, LAN, link-local, mapped and tunnelled forms. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

function readAllowed(entries: readonly string[]) {
  const hosts = new Set<string>();
  const networks: ((address: string) => boolean)[] = [];
  for (const entry of entries) {
    const network = readNetwork(entry);
    if (network !== null) networks.push(network);
    else hosts.add(entry.toLowerCase().replace(/\.+$/, ""));
  }
  return { hosts, networks };
}

function readNetwork(entry: string): ((address: string) => boolean) | null {
  const text = entry.includes("/") ? entry : `${entry}/${isIP(entry) === 6 ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(text)) return null;
  const [base, bits] = ipaddr.parseCIDR(text);
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return parsed.kind() === base.kind() && parsed.match(base, bits);
  };
}
