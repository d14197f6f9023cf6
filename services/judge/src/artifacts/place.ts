/**
 * Where the bytes of an artifact are. A message can only name an object. A download is a path of
 * Argo's own server, which is read with our token, so only Argo's answers make one.
 */
export type ArtifactPlace =
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string }
  | { readonly kind: 'argo_download'; readonly path: string }

/** How a download is shown, and stored, in place of a bucket. No S3 bucket can have this name. */
const DOWNLOADS_LABEL = 'argo:downloads'

interface StoredPlace {
  readonly bucket: string
  readonly key: string
}

export const toStoredPlace = (place: ArtifactPlace): StoredPlace =>
  place.kind === 'object'
    ? { bucket: place.bucket, key: place.key }
    : { bucket: DOWNLOADS_LABEL, key: place.path }

/** The place of an artifact that was read before; of no message, whose buckets are checked. */
export const fromStoredPlace = ({ bucket, key }: StoredPlace): ArtifactPlace =>
  bucket === DOWNLOADS_LABEL
    ? { kind: 'argo_download', path: key }
    : { kind: 'object', bucket, key }

/** What a run may read. */
export interface PlaceRules {
  /** Every bucket that may be read. */
  readonly buckets: readonly string[]
  /** The name and the uid of the run's workflow, as far as they are known. */
  readonly workflow: readonly (string | null)[]
}

/**
 * Why a place is not read, as the end of a sentence; null: it may be. A key that a message names
 * must hold the workflow as a whole segment: another run's artifacts are not this run's to show.
 */
export function explainForbiddenPlace(
  place: ArtifactPlace,
  namedBy: 'message' | 'argo',
  { buckets, workflow }: PlaceRules,
): string | null {
  if (place.kind === 'argo_download') return null
  if (!buckets.includes(place.bucket))
    return `the bucket ${JSON.stringify(place.bucket)} is not among ARTIFACT_BUCKETS`
  const segments = place.key.split('/')
  if (segments.some((segment) => segment === '..' || segment === '.'))
    return 'its key leads out of its folder'
  const belongs = workflow.some((name) => name !== null && segments.includes(name))
  return belongs || namedBy === 'argo' ? null : 'its key does not hold the name of the workflow'
}
