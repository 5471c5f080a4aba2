import type { RowCode } from "#server/ingest/row-report.ts";

/** Takes the rows of one body, whatever form they came in. */
export interface RowIntake {
  /** The envelope's `model` and `version`, for rows that lack them. */
  defaults(model: unknown, version: unknown): void;
  /** `keys`: how many the row has in its text, to be compared with what the parser kept; −1 when no text was seen. */
  accept(row: unknown, index: number, line: number | null, keys: number): void;
  /** A row that is refused before it is parsed. */
  refuse(index: number, line: number | null, code: RowCode, detail: string): void;
}

/** Reads a body into an intake; yields where it may be interrupted. Throws ServiceError when the whole body is refused. */
export type BodyFeed = Generator<void, void, void>;

/** Rows, and bytes, that are parsed between two interruptions: about 2 ms of work. */
export const SLICE_ROWS = 256;
export const SLICE_BYTES = 128 * 1_024;
