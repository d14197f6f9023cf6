import type { Configuration } from '../config/configure.ts'
import { listSetUnenforced } from '../config/unenforced-settings.ts'
import { findChangedUnenforcedKeys, unenforcedKeys } from '../policy/unenforced-keys.ts'

export interface Unenforced {
  /** Keys of the policy, whatever their value: a default may promise something, too. */
  readonly policy: readonly string[]
  /** Variables that are set. */
  readonly settings: readonly string[]
  /** Keys and variables that someone has set, and that have no effect. */
  readonly changed: readonly string[]
  /** All of it in one sentence. */
  readonly text: string
}

/** What the configuration contains that this release does not act on. */
export function findUnenforced({ settings, policy }: Configuration): Unenforced {
  const variables = listSetUnenforced(settings)
  const changed = [...findChangedUnenforcedKeys(policy), ...variables]
  const notice = changed.length === 0 ? '' : `; ${changed.join(', ')}: set, but without effect`
  const names = [...unenforcedKeys, ...variables].join(', ')
  return {
    policy: unenforcedKeys,
    settings: variables,
    changed,
    text: `not enforced yet by this release: ${names}${notice}`,
  }
}
