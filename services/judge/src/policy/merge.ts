import picomatch from 'picomatch'
import type { RepositoryPolicyReading } from '../gates/gate.ts'
import { digestOf } from '../lib/ids.ts'
import { faultsOf, isMapping } from './check.ts'
import type { Policy } from './policy.ts'
import { faultText, placed, type ServicePolicy, servicePolicy, syntaxFault } from './read.ts'
import { type PolicyFile, policyFile, repositorySections } from './schema.ts'
import { type Path, readYaml } from './yaml.ts'

type Mapping = Readonly<Record<string, unknown>>

/**
 * The policy that holds for one repository: the service's, with what the repository's own file may
 * change of it. `text` is that file at the default branch, or null where there is none. What the
 * file may not set is left out and named in `reading.ignored`; a file that cannot be used changes
 * nothing and says so, and the run ends as `policy_invalid`.
 */
export function policyFor(
  service: ServicePolicy,
  repository: string | null,
  text: string | null,
): { readonly policy: Policy; readonly reading: RepositoryPolicyReading } {
  const mode = modeFor(service.written.mode, repository)
  if (text === null) return { policy: policyOf(service, mode), reading: { kind: 'absent' } }
  const laid = layOver(service, text)
  if ('faults' in laid)
    return { policy: policyOf(service, mode), reading: { kind: 'invalid', faults: laid.faults } }
  return {
    policy: policyOf(laid.merged, mode),
    reading: { kind: 'applied', ignored: laid.ignored },
  }
}

/**
 * The mode whose pattern matches a repository and is the longest; of two as long, the careful one.
 */
export function modeFor(mode: PolicyFile['mode'], repository: string | null): Policy['mode'] {
  if (typeof mode === 'string') return mode
  const matching = Object.entries(mode)
    .filter(
      ([pattern]) =>
        pattern !== 'default' &&
        repository !== null &&
        picomatch.isMatch(repository, pattern, { nocase: true, dot: true }),
    )
    .sort(([a, inA], [b, inB]) => b.length - a.length || inB.localeCompare(inA))
  return matching[0]?.[1] ?? mode.default ?? 'act'
}

function policyOf({ values }: ServicePolicy, mode: Policy['mode']): Policy {
  const { version: _format, mode: _modes, locked: _locked, ...rules } = values
  return { ...rules, mode, version: digestOf({ ...rules, mode }) }
}

type Laid =
  | { readonly merged: ServicePolicy; readonly ignored: readonly string[] }
  | { readonly faults: readonly string[] }

/**
 * What came of the texts seen last: every look at a run asks, checking takes milliseconds, and a
 * file seldom changes.
 */
const laidBefore = new WeakMap<ServicePolicy, Map<string, Laid>>()
const maxRemembered = 200

function layOver(service: ServicePolicy, text: string): Laid {
  const seen = laidBefore.get(service) ?? new Map<string, Laid>()
  laidBefore.set(service, seen)
  const laid = seen.get(text) ?? layAnew(service, text)
  // Moving it to the end makes the first one that which was asked for least recently.
  seen.delete(text)
  seen.set(text, laid)
  const [oldest] = seen.keys()
  if (seen.size > maxRemembered && oldest !== undefined) seen.delete(oldest)
  return laid
}

function layAnew(service: ServicePolicy, text: string): Laid {
  const yaml = readYaml(text)
  if ('faults' in yaml) return { faults: yaml.faults.map(syntaxFault).map(faultText) }
  const value = yaml.ok.value ?? {}
  if (!isMapping(value))
    return { faults: faultsOf(policyFile, value).map((fault) => faultText(placed(fault, 1))) }

  const ignored: string[] = []
  const kept = withheld(value, { locked: service.written.locked, ignored, path: [] })
  const faults = faultsOf(policyFile, kept)
  if (faults.length > 0)
    return { faults: faults.map((fault) => faultText(placed(fault, yaml.ok.lineOf(fault.path)))) }
  const merged = servicePolicy(overlay(service.written, kept))
  return { merged: withinAttempts(service, merged, ignored), ignored }
}

/**
 * What is left of a repository's file without the sections and keys it may not set; those are added
 * to `ignored`.
 */
function withheld(
  value: Mapping,
  {
    locked,
    ignored,
    path,
  }: { readonly locked: readonly string[]; readonly ignored: string[]; readonly path: Path },
): Mapping {
  const left = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const here = [...path, key]
    const dotted = here.join('.')
    if (
      path.length === 0 &&
      key !== 'version' &&
      !repositorySections.some((section) => section === key)
    ) {
      ignored.push(`${dotted}: only the service's own policy sets it`)
      return []
    }
    if (locked.includes(dotted)) {
      ignored.push(`${dotted}: locked by the service's policy`)
      return []
    }
    return [[key, isMapping(inner) ? withheld(inner, { locked, ignored, path: here }) : inner]]
  })
  return Object.fromEntries(left)
}

/** Map over map, key by key; lists and single values replace. */
function overlay(under: unknown, over: unknown): unknown {
  if (!isMapping(under) || !isMapping(over)) return over
  return {
    ...under,
    ...Object.fromEntries(
      Object.entries(over).map(([key, value]) => [
        key,
        Object.hasOwn(under, key) ? overlay(under[key], value) : value,
      ]),
    ),
  }
}

/**
 * A repository may ask for fewer attempts and longer pauses, never for more attempts or shorter
 * pauses.
 */
function withinAttempts(
  service: ServicePolicy,
  merged: ServicePolicy,
  ignored: string[],
): ServicePolicy {
  const own = service.values.attempts
  const asked = merged.values.attempts
  const refused = [
    ...(asked.max > own.max ? ['max' as const] : []),
    ...(asked.infrastructure_max > own.infrastructure_max ? ['infrastructure_max' as const] : []),
    ...(isShorter(asked.backoff, own.backoff) ? ['backoff' as const] : []),
  ]
  if (refused.length === 0) return merged
  for (const key of refused) {
    ignored.push(
      key === 'backoff'
        ? 'attempts.backoff: shorter than the service allows'
        : `attempts.${key}: more than the service allows`,
    )
  }
  const kept = Object.fromEntries(refused.map((key) => [key, service.written.attempts[key]]))
  return servicePolicy(overlay(merged.written, { attempts: kept }))
}

/** Compares pause by pause; the last of a list stands for all that follow. */
function isShorter(asked: readonly number[], own: readonly number[]): boolean {
  const pause = (list: readonly number[], index: number): number =>
    list[Math.min(index, list.length - 1)] ?? 0
  return Array.from({ length: Math.max(asked.length, own.length) }, (_, index) => index).some(
    (index) => pause(asked, index) < pause(own, index),
  )
}
