import { shortenSha } from '../lib/text.ts'
import type { ThreadHistory } from './review-outcome.ts'

/** What became of a thread, in words; null if nothing did. */
export function describeHistory({
  became,
  resolvedBy,
  changedBy,
  declined,
  reply,
}: ThreadHistory): string | null {
  if (became === 'resolved') return resolvedBy === null ? 'resolved' : `resolved by ${resolvedBy}`
  const parts = [
    changedBy === null ? null : `its lines changed in ${shortenSha(changedBy)}`,
    declined === null ? null : `${declined.by} declined it: ${declined.words}`,
    became !== 'answered' || reply === null ? null : `${reply.by} replied: ${reply.words}`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join('; ')
}
