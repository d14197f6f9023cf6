import type { Enrichment, Provenance } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'

/**
 * Merges the claims of a later message: it fills what is unknown and replaces nothing. A
 * `completion` is the exception, because Argo knows its own workflow best: its phase, times and
 * artifacts replace what a wrapper reported, and those of a later finish (a retried workflow)
 * replace those of an earlier one.
 */
export function mergeClaims(have: RunClaims, got: RunClaims, completion: boolean): RunClaims {
  const merged: RunClaims = {
    ...got,
    ...dropAbsent(have),
    artifacts: mergeArtifacts(have.artifacts, got.artifacts),
  }
  const later =
    completion &&
    (have.finishedAt === null || have.phase === null || (got.finishedAt ?? 0) >= have.finishedAt)
  if (!later) return merged
  return {
    ...merged,
    stage: got.stage,
    phase: got.phase ?? merged.phase,
    phaseMessage: got.phaseMessage ?? merged.phaseMessage,
    shutdown: got.phase === null ? merged.shutdown : got.shutdown,
    startedAt: got.startedAt ?? merged.startedAt,
    finishedAt: got.finishedAt ?? merged.finishedAt,
    artifacts: mergeArtifacts(got.artifacts, have.artifacts),
  }
}

/** For each name, the first list's entry wins: it is the later or the more trusted one. */
function mergeArtifacts(
  first: readonly ArtifactRef[],
  second: readonly ArtifactRef[],
): readonly ArtifactRef[] {
  const names = new Set(first.map(({ name }) => name))
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}

function dropAbsent(claims: RunClaims): Partial<RunClaims> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}

export function mergeProvenance(have: Provenance, got: Provenance, before: RunClaims): Provenance {
  const fresh = Object.entries(got).filter(([field]) => valueIn(before, field) === null)
  return { ...have, ...Object.fromEntries(fresh) }
}

const valueIn = (claims: RunClaims, field: string): unknown =>
  new Map<string, unknown>(Object.entries(claims)).get(field) ?? null

/** A later notify replaces the texts it contains; the others stay. */
export function mergeEnrichment(
  have: Enrichment | null,
  got: Enrichment | null,
): Enrichment | null {
  if (have === null || got === null) return have ?? got
  return {
    issuedAt: got.issuedAt ?? have.issuedAt,
    lastMessage: got.lastMessage ?? have.lastMessage,
    judgeOutput: got.judgeOutput ?? have.judgeOutput,
    usage: got.usage ?? have.usage,
    excerpts: { ...have.excerpts, ...got.excerpts },
    outputPaths: { ...have.outputPaths, ...got.outputPaths },
  }
}
