import Value from 'typebox/value'
import { faultsOf, isMapping, type ValueFault } from './check.ts'
import { type PolicyFile, type PolicyValues, policyFile } from './schema.ts'
import { readYaml } from './yaml.ts'

/** One thing wrong in a policy file, in words for whoever wrote it. */
export interface PolicyFault {
  /** From 1. */
  readonly line: number
  /**
   * The key, dotted: `review.wait`, `attempts.backoff.1`; empty where the file as a whole is meant.
   */
  readonly key: string
  readonly wrong: string
  readonly right: string
}

/** The service's own policy, before a repository has had its say. */
export interface ServicePolicy {
  /** As written, with the defaults filled in: what a repository's file is laid over. */
  readonly written: PolicyFile
  /** The same with durations in milliseconds. */
  readonly values: PolicyValues
}

/**
 * `line 12: review.wait: "soon" is not right; it should be a duration such as 90s, 5m, 2h or 14d,
 * or 0`.
 */
export const faultText = ({ line, key, wrong, right }: PolicyFault): string =>
  `line ${line}: ${key === '' ? '' : `${key}: `}${wrong}; ${right}`

/**
 * Reads the service's policy file. A key left out has its default, so an empty file is the shipped
 * policy; unknown keys, wrong types, bad durations and values out of range are all reported at
 * once, each with its line.
 */
export function readPolicyFile(
  text: string,
): { readonly ok: ServicePolicy } | { readonly faults: readonly PolicyFault[] } {
  const yaml = readYaml(text)
  if ('faults' in yaml) return { faults: yaml.faults.map(syntaxFault) }
  const { lineOf } = yaml.ok
  const value = yaml.ok.value ?? {}
  const faults = [...faultsOf(policyFile, value), ...lockedFaults(value)]
  if (faults.length > 0) return { faults: faults.map((fault) => placed(fault, lineOf(fault.path))) }
  return { ok: servicePolicy(value) }
}

/** The policy of a value that was found faultless. Throws on any other. */
export function servicePolicy(faultless: unknown): ServicePolicy {
  const written = Value.Parse(policyFile, Value.Default(policyFile, structuredClone(faultless)))
  return { written, values: Value.Decode(policyFile, structuredClone(written)) }
}

export const placed = ({ path, wrong, right }: ValueFault, line: number): PolicyFault => ({
  line,
  key: path.join('.'),
  wrong,
  right,
})

export const syntaxFault = ({
  line,
  wrong,
}: {
  readonly line: number
  readonly wrong: string
}): PolicyFault => ({
  line,
  key: '',
  wrong,
  right: 'it should be YAML: one document of keys and values',
})

/** Of keys that are texts; whatever else stands in the list is the schema's to refuse. */
function lockedFaults(value: unknown): readonly ValueFault[] {
  const locked = isMapping(value) && Array.isArray(value.locked) ? value.locked : []
  return locked.flatMap((key, index) =>
    typeof key !== 'string' || isPolicyKey(key)
      ? []
      : [
          {
            path: ['locked', index],
            wrong: `${JSON.stringify(key)} names no key`,
            right: 'it should be a dotted key of this file, such as review.required',
          },
        ],
  )
}

/** True for a dotted key that the shipped policy has: `review`, `review.required`. */
function isPolicyKey(key: string): boolean {
  let node: unknown = servicePolicy({}).written
  for (const part of key.split('.')) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, part)) return false
    node = Object.entries(node).find(([name]) => name === part)?.[1]
  }
  return true
}
