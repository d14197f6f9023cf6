import picomatch from 'picomatch'

/**
 * Creates the filter of repositories that the service may judge, from `owner/name` globs in which
 * `*` does not match a `/`. Without a glob it accepts any.
 */
export function createRepositoryFilter(globs: readonly string[]): (repository: string) => boolean {
  if (globs.length === 0) return () => true
  const matches = picomatch([...globs], { nocase: true, dot: true })
  return (repository) => matches(repository)
}
