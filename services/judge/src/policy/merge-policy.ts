import { compileGlob } from '../lib/glob.ts'
import { hashJson } from '../lib/ids.ts'
import { findFaults, isMapping } from './find-faults.ts'
import { traceOrigins } from './origins.ts'
import type { Policy, PolicyOrigins, RepositoryPolicyReading } from './policy.ts'
import {
  formatPolicyFault,
  type ServicePolicy,
  toPolicyFault,
  toServicePolicy,
  toSyntaxPolicyFault,
} from './read-policy-file.ts'
import { type Path, readYaml } from './read-yaml.ts'
import { type PolicyFile, policyFile, repositorySections } from './schema.ts'

type Mapping = Readonly<Record<string, unknown>>

/**
 * The policy that applies to one repository: the service's, with what the repository's own file may
 * change. `text` is that file at the default branch, or null if there is none. Keys that the file
 * may not set are ignored and listed in `reading.ignored`. An unusable file changes nothing, its
 * faults are in `reading`, and the run ends as `policy_invalid`. `origins` says who set each key.
 */
export function mergePolicy(
  service: ServicePolicy,
  repository: string | null,
  text: string | null,
): MergedPolicy {
  const mode = selectMode(service.written.mode, repository)
  const { faults, ignored, policies, origins, written } = mergeCached(service, text)
  const reading: RepositoryPolicyReading =
    text === null
      ? { kind: 'absent' }
      : faults.length > 0
        ? { kind: 'invalid', faults }
        : { kind: 'applied', ignored }
  return { policy: policies[mode], reading, origins, written: { ...written, mode } }
}

export interface MergedPolicy {
  readonly policy: Policy
  readonly reading: RepositoryPolicyReading
  readonly origins: PolicyOrigins
  /** The policy in the form of the file: with its defaults, and durations as they are written. */
  readonly written: PolicyFile
}

/** The mode of the longest pattern that matches a repository; `observe` if two are equally long. */
export function selectMode(mode: PolicyFile['mode'], repository: string | null): Policy['mode'] {
  if (typeof mode === 'string') return mode
  const matching = Object.entries(mode)
    .filter(
      ([pattern]) =>
        pattern !== 'default' &&
        repository !== null &&
        compileGlob(pattern, { ignoreCase: true }).matches(repository),
    )
    .sort(([a, inA], [b, inB]) => b.length - a.length || inB.localeCompare(inA))
  return matching[0]?.[1] ?? mode.default ?? 'act'
}

function toPolicy({ values }: ServicePolicy, mode: Policy['mode']): Policy {
  const { version: _format, mode: _modes, locked: _locked, ...rules } = values
  return { ...rules, mode, version: hashJson({ ...rules, mode }) }
}

/** What a repository's file comes to, for each mode that the repository may have. */
interface MergeResult {
  readonly policies: Readonly<Record<Policy['mode'], Policy>>
  readonly origins: PolicyOrigins
  readonly written: PolicyFile
  readonly ignored: readonly string[]
  /** If there are any, the policy is the service's own. */
  readonly faults: readonly string[]
}

/**
 * The results for the texts that were merged last. Every observation merges, which takes
 * milliseconds, and a file seldom changes.
 */
const mergeCache = new WeakMap<ServicePolicy, Map<string | null, MergeResult>>()
const MERGE_CACHE_MAX = 200

function mergeCached(service: ServicePolicy, text: string | null): MergeResult {
  const results = mergeCache.get(service) ?? new Map<string | null, MergeResult>()
  mergeCache.set(service, results)
  const result = results.get(text) ?? compileResult(service, text)
  // Moved to the end, so that the first entry is the least recently used.
  results.delete(text)
  results.set(text, result)
  const [oldest] = results.keys()
  if (results.size > MERGE_CACHE_MAX && oldest !== undefined) results.delete(oldest)
  return result
}

function compileResult(service: ServicePolicy, text: string | null): MergeResult {
  const file = text === null ? noFile : mergeFile(service, text)
  const { merged, kept, ignored } = 'faults' in file ? noFile : file
  const used = merged ?? service
  return {
    policies: { act: toPolicy(used, 'act'), observe: toPolicy(used, 'observe') },
    origins: traceOrigins(service, kept),
    written: used.written,
    ignored,
    faults: 'faults' in file ? file.faults : [],
  }
}

/** A repository's file merged into the service's policy; `merged` null: it sets nothing. */
interface MergedFile {
  readonly merged: ServicePolicy | null
  /** What the file sets, without what it may not set. */
  readonly kept: Mapping
  readonly ignored: readonly string[]
}
const noFile: MergedFile = { merged: null, kept: {}, ignored: [] }

/** Bounds of a repository's file, which anyone with a push token may write. */
const MAX_FILE_CHARS = 16_384
const MAX_LISTED = 50

/** The first of a list that a repository may make as long as it likes, and how many follow. */
const limitList = (items: readonly string[]): readonly string[] =>
  items.length > MAX_LISTED
    ? [...items.slice(0, MAX_LISTED), `and ${items.length - MAX_LISTED} more`]
    : items

function mergeFile(
  service: ServicePolicy,
  text: string,
): MergedFile | { readonly faults: readonly string[] } {
  if (text.length > MAX_FILE_CHARS)
    return { faults: [`The file is longer than ${MAX_FILE_CHARS} characters; shorten it.`] }
  const yaml = readYaml(text)
  if ('faults' in yaml)
    return { faults: limitList(yaml.faults.map(toSyntaxPolicyFault).map(formatPolicyFault)) }
  const value = yaml.ok.value ?? {}
  if (!isMapping(value))
    return {
      faults: findFaults(policyFile, value).map((fault) =>
        formatPolicyFault(toPolicyFault(fault, 1)),
      ),
    }

  const ignored: string[] = []
  const kept = removeForbiddenKeys(value, { locked: service.written.locked, ignored, path: [] })
  const faults = findFaults(policyFile, kept)
  if (faults.length > 0) {
    const listed = faults
      .slice(0, MAX_LISTED)
      .map((fault) => formatPolicyFault(toPolicyFault(fault, yaml.ok.findLine(fault.path))))
    const rest = faults.length - listed.length
    return { faults: rest > 0 ? [...listed, `and ${rest} more`] : listed }
  }
  const allowed = removeRefusedAttempts(service, kept, ignored)
  return {
    merged: toServicePolicy(overlay(service.written, allowed)),
    kept: allowed,
    ignored: limitList(ignored),
  }
}

/** A repository's file without the keys it may not set; those are added to `ignored`. */
function removeForbiddenKeys(
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
    return [
      [key, isMapping(inner) ? removeForbiddenKeys(inner, { locked, ignored, path: here }) : inner],
    ]
  })
  return Object.fromEntries(left)
}

/** Merges maps key by key; lists and single values replace. */
export function overlay(under: unknown, over: unknown): unknown {
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
 * A repository may set fewer attempts and longer pauses, never more attempts or shorter pauses: such
 * keys are removed from its file, and added to `ignored`.
 */
function removeRefusedAttempts(service: ServicePolicy, kept: Mapping, ignored: string[]): Mapping {
  if (!isMapping(kept.attempts)) return kept
  const own = service.values.attempts
  const wanted = toServicePolicy(overlay(service.written, kept)).values.attempts
  const refused: Readonly<Record<string, string | false>> = {
    max: wanted.max > own.max && 'more than the service allows',
    infrastructure_max:
      wanted.infrastructure_max > own.infrastructure_max && 'more than the service allows',
    backoff: isShorter(wanted.backoff, own.backoff) && 'shorter than the service allows',
  }
  const attempts = Object.entries(kept.attempts).filter(([key]) => {
    const because = refused[key]
    if (!because) return true
    ignored.push(`attempts.${key}: ${because}`)
    return false
  })
  return { ...kept, attempts: Object.fromEntries(attempts) }
}

/** True if any pause is shorter; the last pause of a list stands for all that follow. */
function isShorter(wanted: readonly number[], own: readonly number[]): boolean {
  const getPause = (list: readonly number[], index: number): number =>
    list[Math.min(index, list.length - 1)] ?? 0
  return Array.from({ length: Math.max(wanted.length, own.length) }, (_, index) => index).some(
    (index) => getPause(wanted, index) < getPause(own, index),
  )
}
