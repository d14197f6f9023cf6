/**
 * Something that is written by a program and kept in the repository, so that a clone needs no
 * generator to run.
 */
export interface Generator {
  readonly name: string
  /**
   * Every file it makes: path from the root of the repository → content. The same input gives the
   * same bytes.
   */
  readonly produce: () => Promise<ReadonlyMap<string, string>>
  /**
   * A folder that holds nothing but what this generator makes; anything else in it is left over.
   */
  readonly owns?: string
}
