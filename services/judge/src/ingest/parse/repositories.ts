import picomatch from 'picomatch'

/**
 * Which repositories the service may judge: `owner/name` globs, in which `*` stays inside one part.
 * None: any.
 */
export function repositoryFilter(globs: readonly string[]): (repository: string) => boolean {
  if (globs.length === 0) return () => true
  const matches = picomatch([...globs], { nocase: true, dot: true })
  return (repository) => matches(repository)
}
