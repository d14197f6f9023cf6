import { isDeepStrictEqual } from 'node:util'
import { readKey } from './dotted-keys.ts'
import { type ServicePolicy, toServicePolicy } from './read-policy-file.ts'

/**
 * Keys of the policy that are read and validated, but that this release does not act on. They are
 * named at the start, by `codex-judge doctor`, and in the comments of config/policy.yml. A key that
 * begins to act leaves this list.
 */
export const unenforcedKeys: readonly string[] = [
  'runs.from',
  'runs.authors',
  'runs.labels',
  'runs.branches',
  'dispatch.by',
  'dispatch.mention',
  'dispatch.on_label',
  'attempts.stop_below',
  'tuning.enabled',
  'tuning.repository',
  'tuning.prompt_path',
  'tuning.threshold',
  'tuning.window',
  'tuning.cooldown',
]

/** The keys of the list that a policy sets to another value than the default. */
export function findChangedUnenforcedKeys({ written }: ServicePolicy): readonly string[] {
  const defaults = toServicePolicy({}).written
  return unenforcedKeys.filter(
    (key) => !isDeepStrictEqual(readKey(written, key), readKey(defaults, key)),
  )
}
