import type { WindowKey, WindowState } from "#server/windows/window-state.ts";

interface Entry {
  readonly window: WindowKey;
  readonly state: WindowState;
  readonly bytes: number;
}

/** Decoded windows by key, least recently used first, within a number of bytes. */
export class WindowCache {
  private readonly states = new Map<string, Entry>();
  private readonly limitBytes: number;
  private bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get(key: string): WindowState | null {
    return this.states.get(key)?.state ?? null;
  }

  put(key: string, window: WindowKey, state: WindowState): void {
    this.delete(key);
    const bytes = state.sizeBytes();
    this.states.set(key, { window, state, bytes });
    this.bytes += bytes;
    for (const oldest of this.states.keys()) {
      if (this.bytes <= this.limitBytes) return;
      this.delete(oldest);
    }
  }

  deleteWhere(isMeant: (window: WindowKey) => boolean): void {
    for (const [key, { window }] of this.states) if (isMeant(window)) this.delete(key);
  }

  delete(key: string): void {
    const entry = this.states.get(key);
    if (entry === undefined) return;
    this.bytes -= entry.bytes;
    this.states.delete(key);
  }
}
