import type { EscalationView } from '../http/operate-schemas.ts'
import type { EscalationRow } from './present-escalation.ts'

type EscalationFact = EscalationView['facts'][number]

/** What led to a question, the deciding fact first; at most 8, as its schema says. */
export function listEscalationFacts(
  row: Omit<EscalationRow, 'runs' | 'reminded_at'>,
): EscalationFact[] {
  const decided = row.reason_text === null ? [] : [{ text: row.reason_text, url: null }]
  const refusing = (row.refusing ?? []).filter(({ text }) => text !== row.reason_text)
  const title = row.issue_title ?? ''
  return [
    ...decided,
    ...refusing,
    ...(title === '' ? [] : [{ text: `The issue is "${title}".`, url: null }]),
    ...(row.pr_number === null
      ? [{ text: 'No pull request is known.', url: null }]
      : [{ text: `Pull request #${row.pr_number}${formatHead(row)}.`, url: row.pr_url }]),
    ...(row.ci_status === null
      ? []
      : [{ text: `CI of this commit: ${row.ci_status}.`, url: row.ci_url }]),
    ...(row.review_status === null
      ? []
      : [{ text: `Review: ${row.review_status.replaceAll('_', ' ')}.`, url: null }]),
  ].slice(0, 8)
}

const formatHead = ({ commit_sha: sha }: Pick<EscalationRow, 'commit_sha'>): string =>
  sha === null ? '' : ` at ${sha.slice(0, 7)}`
