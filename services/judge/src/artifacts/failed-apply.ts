/*
 * What git prints when a patch does not apply. Only whole lines of the status artifact count: any
 * program may print the same words to a log.
 */
const failurePatterns: readonly RegExp[] = [
  /^error: patch failed: .+:\d+$/,
  /^error: .+: patch does not apply$/,
  /^error: corrupt patch at (?:.+:|line )\d+$/,
  /^error: could not apply [0-9a-f]{4,}\.\.\./,
  /^error: .+: (?:does not exist in|already exists in|does not match) index$/,
  /^error: .+: already exists in working directory$/,
  /^Patch failed at \d{4,} /,
  /^Applied patch to '.+' with conflicts\.$/,
  /^Applied patch .+ with conflicts\.$/,
  /^Applying patch .+ with \d+ rejects?\.\.\.$/,
  /^error: (?:No valid patches in input|unrecognized input)/,
  /^error: git diff header lacks filename information/,
  /^fatal: (?:patch failed|corrupt patch|git apply: .+)/,
]

/** Up to five lines of a status artifact in which git reports a failed patch; null if none does. */
export function findFailedApply(status: string): string | null {
  const lines = status
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => failurePatterns.some((words) => words.test(line)))
  return lines.length === 0 ? null : lines.slice(0, 5).join('\n')
}
