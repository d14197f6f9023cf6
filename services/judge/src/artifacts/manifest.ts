import type { Manifest } from './evidence.ts'
import { parseJsonFields } from './json-fields.ts'

const MAX_PATHS = 10_000

/**
 * Reads `metadata/manifest.json` of the changes archive; null if it is not a JSON object. Older
 * writers use snake_case, issue numbers are texts or numbers, and any field may be missing or
 * malformed without costing the others.
 */
export function parseManifest(text: string): Manifest | null {
  const fields = parseJsonFields(text)
  if (fields === null) return null
  const findFirst = (...names: readonly string[]): unknown =>
    names.map((name) => fields.get(name)).find((value) => value !== null && value !== undefined)
  return {
    repository: readWord(findFirst('repository')),
    issueNumber: readPositiveInteger(findFirst('issueNumber', 'issue_number')),
    prompt: readWord(findFirst('prompt')),
    commit: readCommit(findFirst('commitSha', 'commit_sha')),
    sessionId: readWord(findFirst('sessionId', 'session_id')),
    trackedFiles: readPaths(findFirst('trackedFiles', 'tracked_files')),
    deletedFiles: readPaths(findFirst('deletedFiles', 'deleted_files')),
  }
}

const placeholderPattern = /^(?:|unknown|unknown\/unknown|null|none)$/i

const readWord = (value: unknown): string | null =>
  typeof value === 'string' && !placeholderPattern.test(value.trim()) ? value : null

function readPositiveInteger(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null
}

/** A commit id, full or abbreviated; GitHub tells whether it exists. */
function readCommit(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return /^[0-9a-f]{4,64}$/.test(text) ? text : null
}

const readPaths = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.filter((path): path is string => typeof path === 'string').slice(0, MAX_PATHS)
    : []
