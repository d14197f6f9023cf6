import Value from 'typebox/value'
import { findFaults, isMapping, type ValueFault } from './find-faults.ts'
import { readYaml } from './read-yaml.ts'
import { type PolicyFile, type PolicyValues, policyFile } from './schema.ts'

/** One fault of a policy file, for the person who wrote it. */
export interface PolicyFault {
  /** From 1. */
  readonly line: number
  /** The dotted key, such as `review.wait` or `attempts.backoff.1`; empty for the whole file. */
  readonly key: string
  readonly wrong: string
  readonly remedy: string
}

/** The service's own policy, before a repository's file is merged into it. */
export interface ServicePolicy {
  /** As given, without defaults. */
  readonly given: unknown
  /** As written, with the defaults filled in; a repository's file is merged into this. */
  readonly written: PolicyFile
  /** The same with durations in milliseconds. */
  readonly values: PolicyValues
}

/**
 * `line 12: review.wait: "soon" is invalid; expected a duration such as 90s, 5m, 2h or 14d, or 0`.
 */
export const formatPolicyFault = ({ line, key, wrong, remedy }: PolicyFault): string =>
  `line ${line}: ${key === '' ? '' : `${key}: `}${wrong}; ${remedy}`

/**
 * Reads the service's policy file. A missing key has its default, so an empty file is the shipped
 * policy. All faults are reported at once, each with its line: unknown keys, wrong types, invalid
 * durations and values out of range.
 */
export function readPolicyFile(
  text: string,
): { readonly ok: ServicePolicy } | { readonly faults: readonly PolicyFault[] } {
  const yaml = readYaml(text)
  if ('faults' in yaml) return { faults: yaml.faults.map(toSyntaxPolicyFault) }
  const { findLine } = yaml.ok
  const value = yaml.ok.value ?? {}
  const faults = [...findFaults(policyFile, value), ...findLockedFaults(value)]
  if (faults.length > 0)
    return { faults: faults.map((fault) => toPolicyFault(fault, findLine(fault.path))) }
  return { ok: toServicePolicy(value) }
}

/** The policy of a value without faults; throws for any other value. */
export function toServicePolicy(faultless: unknown): ServicePolicy {
  const written = Value.Parse(policyFile, Value.Default(policyFile, structuredClone(faultless)))
  return {
    given: faultless,
    written,
    values: Value.Decode(policyFile, structuredClone(written)),
  }
}

export const toPolicyFault = ({ path, wrong, remedy }: ValueFault, line: number): PolicyFault => ({
  line,
  key: path.join('.'),
  wrong,
  remedy,
})

export const toSyntaxPolicyFault = ({
  line,
  wrong,
}: {
  readonly line: number
  readonly wrong: string
}): PolicyFault => ({
  line,
  key: '',
  wrong,
  remedy: 'expected YAML: one document of keys and values',
})

/** The locked keys that do not exist; the schema refuses items that are not texts. */
export function findLockedFaults(value: unknown): readonly ValueFault[] {
  const locked = isMapping(value) && Array.isArray(value.locked) ? value.locked : []
  return locked.flatMap((key, index) =>
    typeof key !== 'string' || isPolicyKey(key)
      ? []
      : [
          {
            path: ['locked', index],
            wrong: `${JSON.stringify(key)} is not a key of the policy`,
            remedy: 'expected a dotted key of this file, such as review.required',
          },
        ],
  )
}

/** True for a dotted key of the shipped policy, such as `review` or `review.required`. */
function isPolicyKey(key: string): boolean {
  let node: unknown = toServicePolicy({}).written
  for (const part of key.split('.')) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, part)) return false
    node = Object.entries(node).find(([name]) => name === part)?.[1]
  }
  return true
}
