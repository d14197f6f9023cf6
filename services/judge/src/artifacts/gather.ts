import { Failure, isFailure, messageOf } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import type { RunClaims } from '../run/run.ts'
import { type Keeping, keepings } from './artifact-collector.ts'
import {
  type ArtifactName,
  type ArtifactReading,
  artifactNames,
  type Evidence,
} from './evidence.ts'
import { type Candidate, candidatesFrom, refsByConvention } from './expected.ts'
import type { ArtifactStore, WorkflowOutputs } from './port.ts'
import { type ArtifactLimits, artifactLimits, RefusedArtifact, readArtifact } from './read.ts'

/** How many objects are read at once; each holds a few hundred kilobytes at most. */
const parallel = 3
/** How many keys of a workflow are looked through for artifacts nobody named. */
const maxKeys = 2000

export interface Gathering {
  readonly claims: RunClaims
  readonly store: ArtifactStore
  /** Null: no Argo API is configured. */
  readonly outputs: WorkflowOutputs | null
  readonly settings: { readonly bucket: string; readonly limits?: ArtifactLimits }
  readonly signal: AbortSignal
  readonly now: Instant
}

/**
 * Reads everything the stores know of a run, once and bounded. Each artifact is looked for where
 * the messages say it is, else where Argo says, else where it is by convention. One that is bad,
 * missing or out of reach is told as such in `readings` and never fails the rest. Rejects with
 * `Failure` only where nothing could be asked at all, so that silence is never taken for absence.
 */
export async function gatherEvidence(gathering: Gathering): Promise<Evidence> {
  const sources = await findSources(gathering)
  const kept = keepings()
  const asked: Asked = { answers: 0, failures: [...sources.failures] }
  const readings = await inParallel(artifactNames, parallel, (name) =>
    readOne(name, { gathering, sources, kept, asked }),
  )
  const [failure] = asked.failures
  if (asked.answers === 0 && sources.answers === 0 && failure !== undefined) throw failure
  return {
    readings: readings.map((reading) => kept.afterwards(reading)),
    ...kept.evidence(readings),
    readAt: gathering.now,
  }
}

interface Asked {
  answers: number
  readonly failures: Failure[]
}

interface Sources {
  readonly of: (name: ArtifactName) => readonly Candidate[]
  /** How many of Argo and the listing answered. */
  readonly answers: number
  readonly failures: readonly Failure[]
  /**
   * Why an artifact without a place is out of reach rather than missing; null where every source
   * was asked.
   */
  readonly unasked: string | null
}

/**
 * Asks Argo where messages do not name everything, and lists the store where Argo does not either.
 */
async function findSources({
  claims,
  store,
  outputs,
  settings,
  signal,
}: Gathering): Promise<Sources> {
  const { workflowName, workflowNamespace, workflowUid } = claims
  const named = candidatesFrom(claims.artifacts, settings.bucket)
  const argo =
    outputs && workflowName && workflowNamespace && named.size < artifactNames.length
      ? await attempt(() =>
          outputs.outputs(
            { namespace: workflowNamespace, name: workflowName, uid: workflowUid },
            signal,
          ),
        )
      : null
  const fromArgo = candidatesFrom(
    argo && 'ok' in argo ? (argo.ok?.artifacts ?? []) : [],
    settings.bucket,
  )
  const listing =
    workflowName && artifactNames.some((name) => !named.has(name) && !fromArgo.has(name))
      ? await attempt(() => store.list(settings.bucket, `${workflowName}/`, maxKeys, signal))
      : null
  const listed = candidatesFrom(
    listing && 'ok' in listing ? refsByConvention(listing.ok, workflowName ?? '') : [],
    settings.bucket,
  )
  const failures = [argo, listing].flatMap((source) =>
    source && 'failure' in source ? [source.failure] : [],
  )
  return {
    of: (name) => [named, fromArgo, listed].flatMap((source) => source.get(name) ?? []),
    answers: [argo, listing].filter((source) => source && 'ok' in source).length,
    failures,
    // A message that names artifacts names those there are; without one, a source that is silent
    // may know of them.
    unasked: named.size === 0 && fromArgo.size === 0 && failures[0] ? failures[0].message : null,
  }
}

async function attempt<T>(
  ask: () => Promise<T>,
): Promise<{ readonly ok: T } | { readonly failure: Failure }> {
  try {
    return { ok: await ask() }
  } catch (error) {
    return {
      failure: isFailure(error)
        ? error
        : new Failure('unavailable', messageOf(error), { cause: error }),
    }
  }
}

interface Reader {
  readonly gathering: Gathering
  readonly sources: Sources
  readonly kept: Keeping
  readonly asked: Asked
}

async function readOne(name: ArtifactName, reader: Reader): Promise<ArtifactReading> {
  const { sources, asked } = reader
  const candidates = sources.of(name)
  let away: ArtifactReading | null = null
  for (const candidate of candidates) {
    const reading = await readCandidate(name, candidate, reader)
    if (reading === null) asked.answers += 1
    else if (reading.state === 'unavailable') away ??= reading
    else return reading
  }
  if (away !== null) return away
  const nowhere = { name, bucket: null, key: null, bytes: null, sha256: null }
  const [first] = candidates
  if (first)
    return { ...nowhere, ...first, state: 'missing', because: 'the store has no such object' }
  if (sources.unasked !== null)
    return {
      ...nowhere,
      state: 'unavailable',
      because: `where it is could not be found out: ${sources.unasked}`,
    }
  return {
    ...nowhere,
    state: 'missing',
    because: 'no message names it, and it is not where it would be by convention',
  }
}

/** Null: there is no such object. */
async function readCandidate(
  name: ArtifactName,
  candidate: Candidate,
  { gathering, kept, asked }: Reader,
): Promise<ArtifactReading | null> {
  const { store, settings, signal } = gathering
  const place = { name, ...candidate, bytes: null, sha256: null }
  try {
    const object = await store.open(candidate.bucket, candidate.key, signal)
    if (object === null) return null
    const content = await readArtifact(object, kept.wanted(name), settings.limits ?? artifactLimits)
    asked.answers += 1
    const found = { ...place, bytes: content.storedBytes, sha256: content.sha256 }
    if (content.contentBytes === 0)
      return {
        ...found,
        state: 'empty',
        because: content.storedBytes === 0 ? 'it has no bytes' : 'what it holds has no bytes',
      }
    const files =
      content.files === null ? '' : ` in ${content.files} file${content.files === 1 ? '' : 's'}`
    return { ...found, state: 'found', because: `${content.contentBytes} bytes${files}` }
  } catch (error) {
    kept.forget(name)
    if (error instanceof RefusedArtifact || (isFailure(error) && error.kind === 'refused')) {
      asked.answers += 1
      return { ...place, state: 'refused', because: messageOf(error) }
    }
    const failure = isFailure(error)
      ? error
      : new Failure('unavailable', messageOf(error), { cause: error })
    asked.failures.push(failure)
    return { ...place, state: 'unavailable', because: failure.message }
  }
}

/** Like `Promise.all` over a list, but with at most `width` at work. */
async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>()
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await work(item))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result)
}
