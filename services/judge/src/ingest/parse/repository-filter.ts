import { compileGlobs } from '../../lib/glob.ts'

/**
 * Creates the filter of repositories that the service may judge, from `owner/name` globs in which
 * `*` does not match a `/`. Without a glob it accepts any.
 */
export function createRepositoryFilter(globs: readonly string[]): (repository: string) => boolean {
  return globs.length === 0 ? () => true : compileGlobs(globs, { ignoreCase: true })
}
