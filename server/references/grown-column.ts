import {
  type CategoryColumn,
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type NumberColumn,
} from "#server/store/columns.ts";
import { parseNumber } from "#server/windows/read-columns.ts";

const MISSING_TEXTS = new Set(["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>"]);
const LONGEST_MISSING = 4;
const INFINITE_TEXT = /^[+-]?inf(inity)?$/i;
const CODE_LIKE = /^[+-]?0[\dxob]/i;
/** A column is numbers when at least this share of its values are: one bad cell does not make it texts. */
const NUMERIC_SHARE = 0.99;

/**
 * Takes one column's cells row by row without knowing its type. Numbers are kept as numbers until a text comes;
 * from then on everything is kept as text, each distinct one once.
 */
export class GrownColumn {
  private numbers: PiecesOfNumbers | null;
  private readonly codes = new PiecesOfCodes();
  private readonly dictionary: string[] = [];
  private readonly known = new Map<string, number>();
  private rows = 0;

  /** `asText`: a declared category, whose texts stay as they are. */
  constructor(asText = false) {
    this.numbers = asText ? null : new PiecesOfNumbers();
  }

  /** A cell of a text file: an empty one and the usual words for a missing value are null. */
  addText(text: string): void {
    if (text.length <= LONGEST_MISSING && MISSING_TEXTS.has(text)) this.addNull();
    else if (this.numbers !== null) this.addTextWhileNumeric(text);
    else this.addCategory(text);
  }

  addNumber(value: number): void {
    if (Number.isNaN(value)) this.addNull();
    else if (this.numbers === null) this.addCategory(String(value));
    else this.push(value, STATE_CODES + CELL_VALUE);
  }

  addNull(): void {
    this.push(Number.NaN, this.numbers === null ? CODE_NULL : STATE_CODES + CELL_NULL);
  }

  addAbsent(): void {
    this.catchUp(this.rows + 1);
  }

  /** Rows up to `row` lacked the key. */
  catchUp(row: number): void {
    while (this.rows < row)
      this.push(Number.NaN, this.numbers === null ? CODE_ABSENT : STATE_CODES + CELL_ABSENT);
  }

  /** A text that is meant as one, whatever it looks like. */
  addCategory(text: string): void {
    if (this.numbers !== null) this.becomeTexts();
    this.push(Number.NaN, this.codeOf(text));
  }

  finish(wanted: "number" | "category" | null): Column {
    const column = this.natural();
    if (wanted === "number") return toNumberColumn(column);
    if (wanted === "category") return toCategoryColumn(column);
    return column.kind === "category" && isMostlyNumeric(column)
      ? toNumberColumn(column)
      : withBooleans(column);
  }

  private addTextWhileNumeric(text: string): void {
    const value = plainNumber(text);
    if (Number.isNaN(value)) this.addCategory(text);
    else this.push(value, STATE_CODES + CELL_VALUE);
  }

  private push(value: number, code: number): void {
    this.numbers?.push(value);
    this.codes.push(code);
    this.rows += 1;
  }

  private codeOf(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const code = CODE_FIRST_VALUE + this.dictionary.push(text) - 1;
    this.known.set(text, code);
    return code;
  }

  private becomeTexts(): void {
    const numbers = this.numbers;
    this.numbers = null;
    if (numbers === null) return;
    this.codes.replace((code, row) => {
      if (code === STATE_CODES + CELL_ABSENT) return CODE_ABSENT;
      return code === STATE_CODES + CELL_NULL ? CODE_NULL : this.codeOf(String(numbers.at(row)));
    });
  }

  private natural(): Column {
    if (this.numbers === null)
      return { kind: "category", codes: this.codes.join(), dictionary: this.dictionary };
    const codes = this.codes.join();
    const states = new Uint8Array(codes.length);
    for (let row = 0; row < codes.length; row += 1) states[row] = (codes[row] as number) - STATE_CODES;
    return { kind: "number", values: this.numbers.join(), states, texts: null };
  }
}

/** While a column is numeric its codes are cell states, told apart from dictionary codes by this. */
const STATE_CODES = 0x80000000;

/** A text that is written as a quantity: codes such as `007`, `0x1A` or twenty digits are none. */
function plainNumber(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) return INFINITE_TEXT.test(text) ? Number.POSITIVE_INFINITY : value;
  if (value === 0 && text.trim() === "") return Number.NaN;
  const first = text.charCodeAt(0);
  const mayBeCode = first === ZERO || first === PLUS || first === MINUS;
  if (mayBeCode && CODE_LIKE.test(text)) return Number.NaN;
  return Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[+-]?\d+$/.test(text) ? Number.NaN : value;
}

const ZERO = 48;
const PLUS = 43;
const MINUS = 45;

function isMostlyNumeric({ codes, dictionary }: CategoryColumn): boolean {
  const numeric = dictionary.map((text) => !Number.isNaN(plainNumber(text)));
  let values = 0;
  let numbers = 0;
  for (const code of codes) {
    if (code < CODE_FIRST_VALUE) continue;
    values += 1;
    if (numeric[code - CODE_FIRST_VALUE] === true) numbers += 1;
  }
  return numbers >= values * NUMERIC_SHARE && numbers > 0;
}

/** A text file's True and False are the booleans that services log as true and false. */
function withBooleans(column: Column): Column {
  if (column.kind !== "category" || column.dictionary.length === 0) return column;
  const isBoolean = column.dictionary.every((text) => /^(true|false)$/i.test(text));
  return isBoolean ? { ...column, dictionary: column.dictionary.map((text) => text.toLowerCase()) } : column;
}

export function toNumberColumn(column: Column): NumberColumn {
  if (column.kind === "number") return column;
  const { codes, dictionary } = column;
  const numbers = dictionary.map(parseNumber);
  const values = new Float64Array(codes.length).fill(Number.NaN);
  const states = new Uint8Array(codes.length);
  const texts = new Map<number, string>();
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] ?? CODE_ABSENT;
    const value = numbers[code - CODE_FIRST_VALUE] ?? Number.NaN;
    values[row] = value;
    if (code < CODE_FIRST_VALUE) states[row] = code === CODE_NULL ? CELL_NULL : CELL_ABSENT;
    else if (Number.isNaN(value)) {
      states[row] = CELL_TEXT;
      texts.set(row, dictionary[code - CODE_FIRST_VALUE] ?? "");
    }
  }
  return { kind: "number", values, states, texts };
}

export function toCategoryColumn(column: Column): CategoryColumn {
  if (column.kind === "category") return column;
  const { values, states, texts } = column;
  const known = new Map<number | string, number>();
  const dictionary: string[] = [];
  const codes = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const state = states === null ? CELL_VALUE : states[row];
    if (state === CELL_ABSENT || state === CELL_NULL) {
      codes[row] = state === CELL_NULL ? CODE_NULL : CODE_ABSENT;
      continue;
    }
    const value = state === CELL_TEXT ? (texts?.get(row) ?? "") : (values[row] ?? Number.NaN);
    const code = known.get(value) ?? CODE_FIRST_VALUE + dictionary.push(String(value)) - 1;
    known.set(value, code);
    codes[row] = code;
  }
  return { kind: "category", codes, dictionary };
}

const PIECE = 32_768;

/** Grows without ever copying what it has, until it is joined. */
class PiecesOfNumbers {
  private readonly pieces: Float64Array[] = [];
  private length = 0;

  push(value: number): void {
    const at = this.length % PIECE;
    if (at === 0) this.pieces.push(new Float64Array(PIECE));
    const piece = this.pieces[this.pieces.length - 1];
    if (piece !== undefined) piece[at] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.pieces[Math.floor(index / PIECE)]?.[index % PIECE] ?? Number.NaN;
  }

  join(): Float64Array {
    const joined = new Float64Array(this.length);
    this.pieces.forEach((piece, index) => {
      joined.set(piece.subarray(0, Math.min(PIECE, this.length - index * PIECE)), index * PIECE);
    });
    return joined;
  }
}

class PiecesOfCodes {
  private readonly pieces: Uint32Array[] = [];
  private length = 0;

  push(code: number): void {
    const at = this.length % PIECE;
    if (at === 0) this.pieces.push(new Uint32Array(PIECE));
    const piece = this.pieces[this.pieces.length - 1];
    if (piece !== undefined) piece[at] = code;
    this.length += 1;
  }

  replace(change: (code: number, index: number) => number): void {
    for (let index = 0; index < this.length; index += 1) {
      const piece = this.pieces[Math.floor(index / PIECE)];
      if (piece !== undefined) piece[index % PIECE] = change(piece[index % PIECE] ?? 0, index);
    }
  }

  join(): Uint32Array {
    const joined = new Uint32Array(this.length);
    this.pieces.forEach((piece, index) => {
      joined.set(piece.subarray(0, Math.min(PIECE, this.length - index * PIECE)), index * PIECE);
    });
    return joined;
  }
}
