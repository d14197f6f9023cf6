import { Failure, getErrorMessage, isFailure } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import { limitConcurrency } from '../lib/limit-concurrency.ts'
import { pluralize } from '../lib/text.ts'
import type { RunClaims } from '../run/run.ts'
import { buildEvidence, type CollectedPart, validateReading } from './artifact-collector.ts'
import {
  type Candidate,
  collectCandidates,
  findRefsByConvention,
  toObjectRef,
} from './candidates.ts'
import {
  type ArtifactName,
  type ArtifactReading,
  artifactNames,
  type Evidence,
} from './evidence.ts'
import { explainForbiddenPlace, type PlaceRules, toStoredPlace } from './place.ts'
import type { ArtifactSource, WorkflowOutputs } from './port.ts'
import { RefusedArtifact } from './read-artifact.ts'
import type { ArtifactReader } from './read-object.ts'

/** Each read holds a few hundred kilobytes at most. */
const MAX_PARALLEL_READS = 3
const MAX_LISTED_KEYS = 2_000

interface GatherSettings {
  /** The bucket of artifacts whose message names none. */
  readonly bucket: string
  /** Every bucket that may be read. */
  readonly buckets: readonly string[]
}

export interface GatherRequest {
  readonly claims: RunClaims
  readonly source: ArtifactSource
  readonly reader: ArtifactReader
  /** Null: no Argo API is configured. */
  readonly outputs: WorkflowOutputs | null
  readonly settings: GatherSettings
  readonly signal: AbortSignal
  readonly now: Instant
}

/**
 * Reads everything the store holds about a run, once and bounded: each artifact where the messages
 * place it, else where Argo does, else at its default key. A bad, missing or unavailable artifact
 * is reported in `readings` and never fails the others. Rejects with `Failure` only if no source
 * answered at all, so that an outage is never taken for absence.
 */
export async function gatherEvidence(request: GatherRequest): Promise<Evidence> {
  const sources = await findSources(request)
  const parts = new Map<ArtifactName, CollectedPart>()
  const tally: ReadTally = { answers: 0, failures: [...sources.failures] }
  const limit = limitConcurrency(MAX_PARALLEL_READS)
  const readings = await Promise.all(
    artifactNames.map((name) =>
      limit(() => readFirstFound(name, { request, sources, parts, tally })),
    ),
  )
  const [failure] = tally.failures
  if (tally.answers === 0 && sources.answers === 0 && failure !== undefined) throw failure
  return {
    readings,
    ...buildEvidence(parts),
    readAt: request.now,
  }
}

interface ReadTally {
  answers: number
  readonly failures: Failure[]
}

interface ArtifactSources {
  readonly candidatesFor: (name: ArtifactName) => readonly Candidate[]
  /** How many of Argo and the listing answered. */
  readonly answers: number
  readonly failures: readonly Failure[]
  /** Why an artifact without a candidate is unavailable; null: it is missing. */
  readonly searchFailure: Failure | null
}

/** Asks Argo for what messages do not name, and lists the store for what Argo does not name. */
async function findSources(request: GatherRequest): Promise<ArtifactSources> {
  const { claims, source, outputs, settings, signal } = request
  const { workflowName, workflowNamespace, workflowUid } = claims
  const named = collectCandidates(claims.artifacts.map(toObjectRef), 'message', settings.bucket)
  const argo =
    outputs && workflowName && workflowNamespace && named.size < artifactNames.length
      ? await settle(() =>
          outputs.findOutputs(
            { namespace: workflowNamespace, name: workflowName, uid: workflowUid },
            signal,
          ),
        )
      : null
  const fromArgo = collectCandidates(
    argo && 'ok' in argo ? (argo.ok?.artifacts ?? []) : [],
    'argo',
    settings.bucket,
  )
  const listing =
    workflowName && artifactNames.some((name) => !named.has(name) && !fromArgo.has(name))
      ? await settle(() =>
          source.list(settings.bucket, `${workflowName}/`, MAX_LISTED_KEYS, signal),
        )
      : null
  const listed = collectCandidates(
    listing && 'ok' in listing
      ? findRefsByConvention(listing.ok, workflowName ?? '').map(toObjectRef)
      : [],
    'argo',
    settings.bucket,
  )
  const failures = [argo, listing].flatMap((asked) =>
    asked && 'failure' in asked ? [asked.failure] : [],
  )
  return {
    candidatesFor: (name) => [named, fromArgo, listed].flatMap((from) => from.get(name) ?? []),
    answers: [argo, listing].filter((asked) => asked && 'ok' in asked).length,
    failures,
    // A message or Argo names every artifact there is; without either, a source that failed might
    // have named more.
    searchFailure: named.size === 0 && fromArgo.size === 0 ? (failures[0] ?? null) : null,
  }
}

async function settle<T>(
  ask: () => Promise<T>,
): Promise<{ readonly ok: T } | { readonly failure: Failure }> {
  try {
    return { ok: await ask() }
  } catch (error) {
    return { failure: toFailure(error) }
  }
}

const toFailure = (error: unknown): Failure =>
  isFailure(error) ? error : new Failure('unavailable', getErrorMessage(error), { cause: error })

interface ReadContext {
  readonly request: GatherRequest
  readonly sources: ArtifactSources
  /** Of the artifacts that were found and read to their end. */
  readonly parts: Map<ArtifactName, CollectedPart>
  readonly tally: ReadTally
}

async function readFirstFound(name: ArtifactName, context: ReadContext): Promise<ArtifactReading> {
  const { request, sources, tally } = context
  const candidates = sources.candidatesFor(name)
  let unavailable: ArtifactReading | null = null
  let forbidden: ArtifactReading | null = null
  for (const candidate of candidates) {
    const because = explainForbiddenPlace(candidate.place, candidate.namedBy, toRules(request))
    if (because !== null) {
      tally.answers += 1
      forbidden ??= { ...toUnread(name, candidate), state: 'refused', because }
      continue
    }
    const reading = await readCandidate(name, candidate, context)
    if (reading === null) tally.answers += 1
    else if (reading.state === 'unavailable') unavailable ??= reading
    else return reading
  }
  const unread = unavailable ?? forbidden
  if (unread !== null) return unread
  const nowhere = { name, bucket: null, key: null, bytes: null, sha256: null }
  const [first] = candidates
  if (first)
    return {
      ...toUnread(name, first),
      state: 'missing',
      because: 'the store has no such object',
    }
  if (sources.searchFailure !== null)
    return {
      ...nowhere,
      state: 'unavailable',
      because: `its location is unknown: ${sources.searchFailure.message}`,
      failure: sources.searchFailure,
    }
  return {
    ...nowhere,
    state: 'missing',
    because: 'no message names it, and there is no object at its default key',
  }
}

const toRules = ({ claims, settings }: GatherRequest): PlaceRules => ({
  buckets: settings.buckets,
  workflow: [claims.workflowName, claims.workflowUid],
})

const toUnread = (name: ArtifactName, { place }: Candidate) => ({
  name,
  ...toStoredPlace(place),
  bytes: null,
  sha256: null,
})

/** Null: the object does not exist. */
async function readCandidate(
  name: ArtifactName,
  candidate: Candidate,
  { request, parts, tally }: ReadContext,
): Promise<ArtifactReading | null> {
  const { source, reader, signal } = request
  const place = toUnread(name, candidate)
  try {
    const object = await source.open(candidate.place, signal)
    if (object === null) return null
    const { content, part } = await reader.collect(name, object)
    tally.answers += 1
    const found = { ...place, bytes: content.storedBytes, sha256: content.sha256 }
    if (content.contentBytes === 0)
      return {
        ...found,
        state: 'empty',
        because: content.storedBytes === 0 ? 'the object is empty' : 'its files are empty',
      }
    const files = content.files === null ? '' : ` in ${pluralize(content.files, 'file')}`
    const because = `${content.contentBytes} bytes${files}`
    parts.set(name, part)
    return validateReading({ ...found, state: 'found', because }, part)
  } catch (error) {
    if (error instanceof RefusedArtifact || (isFailure(error) && error.kind === 'refused')) {
      tally.answers += 1
      return { ...place, state: 'refused', because: getErrorMessage(error) }
    }
    const failure = toFailure(error)
    tally.failures.push(failure)
    return { ...place, state: 'unavailable', because: failure.message, failure }
  }
}
