/** What one request may carry, and what all of them together may hold. Bytes unless the name says otherwise. */
export interface IngestLimits {
  readonly wireBytes: number;
  readonly decodedBytes: number;
  /** Decoded : wire, judged once more than `ratioFromBytes` came out. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly features: number;
  readonly classes: number;
  readonly depth: number;
  readonly nameBytes: number;
  readonly textBytes: number;
  readonly idBytes: number;
  readonly idempotencyKeyChars: number;
  readonly listedResults: number;
  /** Requests being read or parsed, and the bytes they hold. */
  readonly inFlightRequests: number;
  readonly inFlightBytes: number;
  /** Requests parsed and waiting for the writer, and their decoded bytes. */
  readonly queuedRequests: number;
  readonly queuedBytes: number;
  readonly groupRows: number;
  readonly groupBytes: number;
  readonly oldestWaitMs: number;
  /** A body slower than `slowBytesPerSecond` over `slowGraceMs`, or longer than `bodyMs`, is cut. */
  readonly slowBytesPerSecond: number;
  readonly slowGraceMs: number;
  readonly bodyMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  wireBytes: 5 * MIB,
  decodedBytes: 25 * MIB,
  ratio: 100,
  ratioFromBytes: MIB,
  rows: 10_000,
  rowBytes: MIB,
  features: 10_000,
  classes: 1_000,
  depth: 32,
  nameBytes: 1_024,
  textBytes: 64 * KIB,
  idBytes: 256,
  idempotencyKeyChars: 255,
  listedResults: 1_000,
  inFlightRequests: 256,
  inFlightBytes: 128 * MIB,
  queuedRequests: 1_000,
  queuedBytes: 64 * MIB,
  groupRows: 5_000,
  groupBytes: 4 * MIB,
  oldestWaitMs: 1_000,
  slowBytesPerSecond: KIB,
  slowGraceMs: 10_000,
  bodyMs: 30_000,
};

export interface IngestSettings {
  /** Whether the first row of an unknown model creates it. */
  readonly autoCreateModels: boolean;
  readonly retentionDays: number;
  /** What an acknowledged row survives: `power` (synchronous=FULL) or `process` (NORMAL). */
  readonly durability: "power" | "process";
}

export const DEFAULT_INGEST_SETTINGS: IngestSettings = {
  autoCreateModels: true,
  retentionDays: 400,
  durability: "power",
};
