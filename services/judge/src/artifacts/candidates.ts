import type { ArtifactRef } from '../run/run.ts'
import { type ArtifactName, artifactNames } from './evidence.ts'

/** Names of the same artifacts in older templates. */
const olderNames: Readonly<Record<string, ArtifactName>> = {
  'agent-output': 'implementation-log',
  patch: 'implementation-patch',
  status: 'implementation-status',
}

const isArtifactName = (name: string): name is ArtifactName =>
  artifactNames.some((known) => known === name)

/** The canonical name of an artifact, or null for one we do not look for. */
export function toCanonicalName(name: string): ArtifactName | null {
  if (isArtifactName(name)) return name
  return Object.hasOwn(olderNames, name) ? (olderNames[name] ?? null) : null
}

/** Where an artifact may be. */
export interface Candidate {
  readonly bucket: string
  readonly key: string
}

export type Candidates = ReadonlyMap<ArtifactName, readonly Candidate[]>

/**
 * Where each artifact may be, according to one source. `refs` and each resulting list are best
 * first; a current name comes before an older one.
 */
export function collectCandidates(refs: readonly ArtifactRef[], defaultBucket: string): Candidates {
  const present = refs.toSorted(
    (a, b) => Number(isArtifactName(b.name)) - Number(isArtifactName(a.name)),
  )
  const found = new Map<ArtifactName, Candidate[]>()
  for (const { name, bucket, key } of present) {
    const canonical = toCanonicalName(name)
    if (canonical === null || key === '') continue
    const list = found.get(canonical) ?? []
    const candidate = { bucket: bucket || defaultBucket, key }
    if (!list.some((known) => known.bucket === candidate.bucket && known.key === candidate.key))
      found.set(canonical, [...list, candidate])
  }
  return found
}

/**
 * Artifacts at Argo's default keys, `<workflow>/<pod>/<name>`, with or without an archive's
 * extension.
 */
export function findRefsByConvention(
  keys: readonly string[],
  workflow: string,
): readonly ArtifactRef[] {
  return keys.flatMap((key) => {
    const [first, , file, ...deeper] = key.split('/')
    if (first !== workflow || file === undefined || deeper.length > 0) return []
    // Argo stores the log of a pod as main.log.
    const name = file === 'main.log' ? 'main-logs' : file.replace(/\.(?:tgz|tar\.gz|tar|gz)$/, '')
    return toCanonicalName(name) === null ? [] : [{ name, bucket: null, key }]
  })
}
