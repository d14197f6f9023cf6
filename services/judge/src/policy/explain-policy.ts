import { listKeys, readKey } from './dotted-keys.ts'
import { keyMeanings } from './key-meanings.generated.ts'
import { mergePolicy } from './merge-policy.ts'
import type { PolicyOrigin } from './policy.ts'
import { type ServicePolicy, toServicePolicy } from './read-policy-file.ts'
import { readYaml } from './read-yaml.ts'
import { unenforcedKeys } from './unenforced-keys.ts'

/** One key as it is in force for a repository, and why. */
export interface ExplainedKey {
  readonly key: string
  /** As it would be written: durations as texts. */
  readonly value: unknown
  readonly default: unknown
  readonly origin: PolicyOrigin
  /** Whether the service keeps repositories from setting it. */
  readonly locked: boolean
  /** What the repository's own file says in vain. */
  readonly ignored: readonly { readonly value: unknown; readonly because: string }[]
  readonly meaning: string
  /** False: this release reads the key and does not act on it. */
  readonly enforced: boolean
}

export interface ExplainedPolicy {
  readonly version: string
  /** Why the repository's own file is not used; empty if it is, or there is none. */
  readonly faults: readonly string[]
  readonly keys: readonly ExplainedKey[]
}

const defaults = toServicePolicy({}).written
/** Maps by names, such as prices, are one key; `version` is the format of the file. */
const keys = listKeys(defaults).filter((key) => key !== 'version')

/**
 * Every key of the policy that is in force for a repository: its value, who set it, and what it
 * means. `text` is the repository's own file; null: it has none, or no repository is asked about.
 */
export function explainPolicy(
  service: ServicePolicy,
  repository: string | null,
  text: string | null,
): ExplainedPolicy {
  const { policy, reading, origins, written } = mergePolicy(service, repository, text)
  const own = readOwnFile(text)
  const refusals = (reading.kind === 'applied' ? reading.ignored : []).map(splitRefusal)
  return {
    version: policy.version,
    faults: reading.kind === 'invalid' ? reading.faults : [],
    keys: keys.map((key) => ({
      key,
      value: readKey(written, key),
      default: readKey(defaults, key) ?? null,
      origin: origins[key] ?? (readKey(service.given, key) === undefined ? 'default' : 'service'),
      locked: service.written.locked.some((one) => one === key || key.startsWith(`${one}.`)),
      ignored: refusals
        .filter((refusal) => refusal.key === key || key.startsWith(`${refusal.key}.`))
        .flatMap(({ because }) => {
          const value = readKey(own, key)
          return value === undefined ? [] : [{ value, because }]
        }),
      meaning: keyMeanings[key] ?? '',
      enforced: !unenforcedKeys.includes(key),
    })),
  }
}

/** `review.wait: locked by the service's policy` */
function splitRefusal(refusal: string): { readonly key: string; readonly because: string } {
  const [key = '', because = refusal] = refusal.split(/: (.*)/s, 2)
  return { key, because }
}

function readOwnFile(text: string | null): unknown {
  const yaml = text === null ? null : readYaml(text)
  return yaml !== null && 'ok' in yaml ? yaml.ok.value : null
}
