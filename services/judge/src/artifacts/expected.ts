import type { ArtifactRef } from '../run/run.ts'
import { type ArtifactName, artifactNames } from './evidence.ts'

/** What older templates call the same things. The pod's own log has had one name throughout. */
const olderNames: Readonly<Record<string, ArtifactName>> = {
  'agent-output': 'implementation-log',
  patch: 'implementation-patch',
  status: 'implementation-status',
}

const isArtifactName = (name: string): name is ArtifactName =>
  artifactNames.some((known) => known === name)

/** The canonical name of an artifact, or null for one we do not look for. */
export function canonicalName(name: string): ArtifactName | null {
  if (isArtifactName(name)) return name
  return Object.hasOwn(olderNames, name) ? (olderNames[name] ?? null) : null
}

/** Where an artifact may be, with its bucket settled. */
export interface Candidate {
  readonly bucket: string
  readonly key: string
}

export type Candidates = ReadonlyMap<ArtifactName, readonly Candidate[]>

/**
 * Where each artifact may be, according to one source; `refs` and each list are best first. An
 * older name only stands in where the present one is not used.
 */
export function candidatesFrom(refs: readonly ArtifactRef[], defaultBucket: string): Candidates {
  const present = refs.toSorted(
    (a, b) => Number(isArtifactName(b.name)) - Number(isArtifactName(a.name)),
  )
  const found = new Map<ArtifactName, Candidate[]>()
  for (const { name, bucket, key } of present) {
    const canonical = canonicalName(name)
    if (canonical === null || key === '') continue
    const list = found.get(canonical) ?? []
    const candidate = { bucket: bucket || defaultBucket, key }
    if (!list.some((known) => known.bucket === candidate.bucket && known.key === candidate.key))
      found.set(canonical, [...list, candidate])
  }
  return found
}

/**
 * Artifacts by where Argo puts them when nobody says: `<workflow>/<pod>/<name>`, with or without an
 * archive's ending.
 */
export function refsByConvention(
  keys: readonly string[],
  workflow: string,
): readonly ArtifactRef[] {
  return keys.flatMap((key) => {
    const [first, , file, ...deeper] = key.split('/')
    if (first !== workflow || file === undefined || deeper.length > 0) return []
    // Argo stores the log of a pod as main.log.
    const name = file === 'main.log' ? 'main-logs' : file.replace(/\.(?:tgz|tar\.gz|tar|gz)$/, '')
    return canonicalName(name) === null ? [] : [{ name, bucket: null, key }]
  })
}
