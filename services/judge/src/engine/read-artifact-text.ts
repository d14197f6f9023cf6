import type { ArtifactPlace } from '../artifacts/place.ts'
import type { ArtifactSource } from '../artifacts/port.ts'
import { RefusedArtifact } from '../artifacts/read-artifact.ts'
import type { ArtifactReader } from '../artifacts/read-object.ts'
import type { Mask } from '../lib/mask.ts'

const STORE_TIMEOUT_MS = 30_000

export type ArtifactText =
  | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly because: string }

/**
 * The text of an artifact, unpacked and masked, at most its first 10 MiB. `missing`: the store has
 * it no longer. Rejects with `Failure` if the store is unavailable.
 */
export async function readArtifactText(
  {
    source,
    reader,
    mask,
  }: {
    readonly source: Pick<ArtifactSource, 'open'>
    readonly reader: Pick<ArtifactReader, 'readText'>
    readonly mask: Mask
  },
  place: ArtifactPlace,
): Promise<ArtifactText> {
  const object = await source.open(place, AbortSignal.timeout(STORE_TIMEOUT_MS))
  if (object === null) return { kind: 'missing' }
  try {
    const { text, truncated } = await reader.readText(object)
    return { kind: 'text', text: await mask(text), truncated }
  } catch (error) {
    if (error instanceof RefusedArtifact) return { kind: 'refused', because: error.message }
    throw error
  }
}
