import { sha256 } from '../lib/ids.ts'

/**
 * The identity of an issue's n-th attempt: the same for every retry of its dispatch, whoever sends
 * it, so that a receiver starts the attempt once. The repository enters as it is spelled; callers
 * use one spelling for an issue's whole line.
 */
export const deliveryId = (repository: string, issueNumber: number, ordinal: number): string =>
  `codex-${sha256(repository).slice(0, 8)}-${issueNumber}-attempt-${ordinal}`
