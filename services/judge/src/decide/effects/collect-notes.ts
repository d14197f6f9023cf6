import type { NamedResult } from '../../gates/index.ts'
import type { JudgeFinding } from '../../judge/judge-finding.ts'
import type { Policy } from '../../policy/policy.ts'

/**
 * What the gates noticed and do not hold against the change: about its hygiene, and about what the
 * agent claims. Claims quote the agent's last message, so they are shown only where policy lets that
 * leave the house.
 */
export function collectNotes(
  results: readonly NamedResult[],
  { send }: Pick<Policy['judge'], 'send'>,
): readonly JudgeFinding[] {
  const topics = send.last_message ? (['hygiene', 'claims'] as const) : (['hygiene'] as const)
  return topics.flatMap((topic) =>
    results
      .filter(({ name }) => name === topic)
      .flatMap(({ result }) => result.evidence)
      .map(({ text, path = null, line = null }) => ({ topic, text, path, line })),
  )
}
