/** What the writer keeps in memory of a chunk. */
export interface ChunkInfo {
  readonly chunkId: number;
  readonly modelId: number;
  readonly versionId: number;
  readonly version: string;
  readonly count: number;
  readonly isFinal: boolean;
  readonly fromTs: number;
  readonly toTs: number;
}

export interface Place {
  readonly info: ChunkInfo;
  readonly position: number;
}
