import { findFaults } from './find-faults.ts'
import { overlay } from './merge-policy.ts'
import { findLockedFaults, type ServicePolicy, toServicePolicy } from './read-policy-file.ts'
import { policyFile } from './schema.ts'

/** What is wrong with one part of a change. */
export interface ChangeFault {
  /** A JSON pointer into the change, such as `/ci/wait`. */
  readonly path: string
  readonly message: string
}

/**
 * The service's policy with some keys changed: maps are merged key by key, lists and single values
 * replace. Its faults are those of a policy file.
 */
export function changePolicy(
  { given }: ServicePolicy,
  change: unknown,
): { readonly ok: ServicePolicy } | { readonly faults: readonly ChangeFault[] } {
  const changed = overlay(given ?? {}, change)
  const faults = [...findFaults(policyFile, changed), ...findLockedFaults(changed)]
  return faults.length === 0
    ? { ok: toServicePolicy(changed) }
    : {
        faults: faults.map(({ path, wrong, remedy }) => ({
          path: path.map((part) => `/${part}`).join(''),
          message: `${wrong}; ${remedy}`,
        })),
      }
}
