import type { Progress } from "./flights/play-flights.ts";

const WIDTH = 28;
const count = new Intl.NumberFormat("en");

/** `██████░░░░ 62 %  193,000 predictions  170,400 labels  11,200 rows/s  about 20 s left` */
export function progressLine(progress: Progress, elapsedMs: number): string {
  const done = progress.predictions + progress.labels;
  const total = progress.totalPredictions + progress.totalLabels;
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(share * WIDTH);
  const rowsPerSecond = elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const secondsLeft = rowsPerSecond > 0 ? Math.ceil((total - done) / rowsPerSecond) : null;
  const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
  const parts = [
    `${bar} ${Math.floor(share * 100)} %`,
    `${count.format(progress.predictions)} predictions`,
    `${count.format(progress.labels)} labels`,
    `${count.format(Math.round(rowsPerSecond))} rows/s`,
  ];
  if (secondsLeft !== null && secondsLeft > 0) parts.push(`about ${secondsLeft} s left`);
  return parts.join("  ");
}

/** One line that is written over on a terminal, and now and then a line of its own elsewhere. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #everyMs: number;
  #writtenMs = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#everyMs = stream.isTTY ? 100 : 5_000;
  }

  show(line: string, nowMs: number): void {
    if (nowMs - this.#writtenMs < this.#everyMs) return;
    this.#writtenMs = nowMs;
    this.#write(line);
  }

  finish(line: string): void {
    this.#write(line);
    if (this.#stream.isTTY) this.#stream.write("\n");
  }

  #write(line: string): void {
    this.#stream.write(this.#stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }
}
