import { makeRow, seededRandom } from "./workload.ts";

const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
const ID_PLACEHOLDER = "@".repeat(24);
const TS_PLACEHOLDER = 1_111_111_111_111; // 13 digits, as every millisecond time of this century

/**
 * A request body whose ids and times are written over in place before each send, so that the sender costs almost
 * nothing and never sends a row twice.
 */
export class PreparedBody {
  readonly rows: number;
  readonly bytes: Buffer;
  readonly #ids: Uint32Array;
  readonly #times: Uint32Array;

  constructor(options: { model: string; version: string; rows: number; seed: number }) {
    const random = seededRandom(options.seed);
    const predictions = Array.from({ length: options.rows }, () =>
      makeRow(random, TS_PLACEHOLDER, ID_PLACEHOLDER),
    );
    this.rows = options.rows;
    this.bytes = Buffer.from(JSON.stringify({ model: options.model, version: options.version, predictions }));
    this.#ids = placesOf(this.bytes, ID_PLACEHOLDER, options.rows);
    this.#times = placesOf(this.bytes, String(TS_PLACEHOLDER), options.rows);
  }

  /** `idOf` writes 24 bytes at an offset; `tsOf` gives each row's event time in milliseconds. */
  fill(writeId: (bytes: Buffer, offset: number, row: number) => void, tsOf: (row: number) => number): Buffer {
    for (let row = 0; row < this.rows; row++) {
      writeId(this.bytes, this.#ids[row] ?? 0, row);
      this.bytes.write(String(Math.floor(tsOf(row))), this.#times[row] ?? 0, "latin1");
    }
    return this.bytes;
  }
}

function placesOf(bytes: Buffer, text: string, count: number): Uint32Array {
  const places = new Uint32Array(count);
  let from = 0;
  for (let index = 0; index < count; index++) {
    const place = bytes.indexOf(text, from, "latin1");
    if (place < 0) throw new Error("A prepared body has fewer placeholders than rows.");
    places[index] = place;
    from = place + text.length;
  }
  return places;
}

export function randomIdWriter(seed: number): (bytes: Buffer, offset: number) => void {
  const random = seededRandom(seed);
  return (bytes, offset) => {
    for (let index = 0; index < 24; index++)
      bytes[offset + index] = ALPHABET[Math.floor(random() * 62)] ?? 65;
  };
}
