import type { ArtifactRef } from '../run/run.ts'
import { type ArtifactName, artifactNames } from './evidence.ts'
import { type ArtifactPlace, toStoredPlace } from './place.ts'
import type { OutputRef } from './port.ts'

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

/** Where an artifact may be, and who says so; its default key counts as Argo's word. */
export interface Candidate {
  readonly place: ArtifactPlace
  readonly namedBy: 'message' | 'argo'
}

export type Candidates = ReadonlyMap<ArtifactName, readonly Candidate[]>

/**
 * Where each artifact may be, according to one source. `refs` and each resulting list are best
 * first; a current name comes before an older one.
 */
export function collectCandidates(
  refs: readonly OutputRef[],
  namedBy: Candidate['namedBy'],
  defaultBucket: string,
): Candidates {
  const present = refs.toSorted(
    (a, b) => Number(isArtifactName(b.name)) - Number(isArtifactName(a.name)),
  )
  const found = new Map<ArtifactName, Candidate[]>()
  for (const { name, place } of present) {
    const canonical = toCanonicalName(name)
    if (canonical === null || (place.kind === 'object' && place.key === '')) continue
    const list = found.get(canonical) ?? []
    const located: ArtifactPlace =
      place.kind === 'object' ? { ...place, bucket: place.bucket || defaultBucket } : place
    if (!list.some((known) => isSamePlace(known.place, located)))
      found.set(canonical, [...list, { place: located, namedBy }])
  }
  return found
}

const isSamePlace = (a: ArtifactPlace, b: ArtifactPlace): boolean =>
  JSON.stringify(toStoredPlace(a)) === JSON.stringify(toStoredPlace(b))

/** What a message names: objects only. */
export const toObjectRef = ({ name, bucket, key }: ArtifactRef): OutputRef => ({
  name,
  place: { kind: 'object', bucket, key },
})

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
