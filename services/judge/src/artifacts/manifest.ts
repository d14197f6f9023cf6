import { tidyText } from '../lib/text.ts'
import type { Manifest } from './evidence.ts'

const maxPaths = 10_000

/**
 * Reads `metadata/manifest.json` of the changes archive. Older writers use snake_case, issue
 * numbers are texts or numbers, and any field may be missing; one odd field never costs the rest.
 * Null: it is no JSON object at all.
 */
export function readManifest(text: string): Manifest | null {
  const fields = jsonObject(text)
  if (fields === null) return null
  const first = (...names: readonly string[]): unknown =>
    names.map((name) => fields.get(name)).find((value) => value !== null && value !== undefined)
  return {
    repository: word(first('repository')),
    issueNumber: positive(first('issueNumber', 'issue_number')),
    prompt: word(first('prompt')),
    commit: commitOrNull(first('commitSha', 'commit_sha')),
    sessionId: word(first('sessionId', 'session_id')),
    trackedFiles: paths(first('trackedFiles', 'tracked_files')),
    deletedFiles: paths(first('deletedFiles', 'deleted_files')),
  }
}

function jsonObject(text: string): ReadonlyMap<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? new Map(Object.entries(value))
      : null
  } catch {
    return null
  }
}

const placeholder = /^(?:|unknown|unknown\/unknown|null|none)$/i

const word = (value: unknown): string | null =>
  typeof value === 'string' && !placeholder.test(value.trim()) ? tidyText(value) : null

function positive(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null
}

/** A commit id, full or abbreviated; whether it exists is for GitHub to say. */
function commitOrNull(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return /^[0-9a-f]{4,64}$/.test(text) ? text : null
}

const paths = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value
        .filter((path): path is string => typeof path === 'string')
        .slice(0, maxPaths)
        .map(tidyText)
    : []
