import { sha256 } from '../lib/ids.ts'

/**
 * The identity of an issue's n-th attempt. Every retry of a dispatch has the same one, so that a
 * receiver starts the attempt once. The repository's spelling is part of it: callers use one
 * spelling for all attempts of an issue.
 */
export const buildDeliveryId = (repository: string, issueNumber: number, ordinal: number): string =>
  `codex-${sha256(repository).slice(0, 8)}-${issueNumber}-attempt-${ordinal}`
