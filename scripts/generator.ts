/** Generates files that are committed, so that a clone runs without generating anything. */
export interface Generator {
  readonly name: string
  /** The content of every file by its path from the repository root; deterministic. */
  readonly produce: () => Promise<ReadonlyMap<string, string>>
  /** A folder that only this generator writes; any other file in it is stale. */
  readonly owns?: string
}
