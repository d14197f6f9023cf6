/*
 * What git prints when a patch does not apply. Only whole lines of the status artifact count: the
 * same words in a log may be anyone's.
 */
const failures: readonly RegExp[] = [
  /^error: patch failed: .+:\d+$/,
  /^error: .+: patch does not apply$/,
  /^error: corrupt patch at (?:.+:|line )\d+$/,
  /^error: could not apply [0-9a-f]{4,}\.\.\./,
  /^error: .+: (?:does not exist in index|already exists in index|already exists in working directory|does not match index)$/,
  /^Patch failed at \d{4,} /,
  /^Applied patch to '.+' with conflicts\.$/,
  /^Applied patch .+ with conflicts\.$/,
  /^Applying patch .+ with \d+ rejects?\.\.\.$/,
  /^error: (?:No valid patches in input|unrecognized input|git diff header lacks filename information.*)/,
  /^fatal: (?:patch failed|corrupt patch|git apply: .+)/,
]

/**
 * The lines of a status artifact in which git says that a patch did not apply, at most five; null
 * where it says no such thing.
 */
export function failedApply(status: string): string | null {
  const lines = status
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => failures.some((words) => words.test(line)))
  return lines.length === 0 ? null : lines.slice(0, 5).join('\n')
}
