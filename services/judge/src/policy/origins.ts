import { listKeys, readKey } from './dotted-keys.ts'
import type { PolicyOrigins } from './policy.ts'
import { type ServicePolicy, toServicePolicy } from './read-policy-file.ts'

/** The keys of the file that only say how it is read and merged. */
const ownKeys = ['version', 'locked']

const keys = listKeys(toServicePolicy({}).written).filter((key) => !ownKeys.includes(key))

/**
 * Who set each key of the policy for one repository. `repository` is what its own file sets, without
 * what it may not set.
 */
export const traceOrigins = ({ given }: ServicePolicy, repository: unknown): PolicyOrigins =>
  Object.fromEntries(
    keys.map((key) => [
      key,
      readKey(repository, key) !== undefined
        ? 'repository'
        : readKey(given, key) !== undefined
          ? 'service'
          : 'default',
    ]),
  )
