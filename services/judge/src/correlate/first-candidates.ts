import type { Event } from '../run/event.ts'
import { toIssueKey } from './issue-lock.ts'
import type { InboundMessage } from './messages.ts'

export type WorkflowFinished = Extract<Event, { kind: 'workflow.finished' }>

/** A completion that may be the first message about its issue. */
export interface FirstCandidate {
  readonly message: InboundMessage
  readonly event: WorkflowFinished
}

/**
 * Whether the message is a completion that names its repository, issue and workflow, so that no
 * look-up is needed to know what it is about.
 */
export const isSelfContained = ({ event }: InboundMessage): boolean =>
  event?.kind === 'workflow.finished' &&
  event.claims.repository !== null &&
  event.claims.issueNumber !== null &&
  event.claims.workflowUid !== null

/**
 * Selects the messages of a batch that may be the first about their issue: self-contained
 * completions that no earlier message of the batch could share a run or an issue with.
 */
export function findFirstCandidates(
  messages: readonly InboundMessage[],
): readonly FirstCandidate[] {
  const seen = new Set<string>()
  return messages.flatMap((message): FirstCandidate[] => {
    const { event } = message
    if (event === null || event.kind === 'github.changed') return []
    const marks = listMarks(message.keys, event)
    const isShared = marks.some((mark) => seen.has(mark))
    for (const mark of marks) seen.add(mark)
    if (isShared || !isSelfContained(message) || event.kind !== 'workflow.finished') return []
    return [{ message, event }]
  })
}

/** Two messages of one run or one issue have one of these in common. */
function listMarks(
  keys: readonly string[],
  { claims }: Exclude<Event, { kind: 'github.changed' }>,
): readonly string[] {
  const { repository, issueNumber, workflowUid, workflowName, branch } = claims
  return [
    ...keys.map((key) => `key:${key}`),
    ...(workflowUid === null ? [] : [`uid:${workflowUid}`]),
    ...(workflowName === null ? [] : [`name:${workflowName}`]),
    ...(branch === null ? [] : [`branch:${repository?.toLowerCase()}:${branch}`]),
    ...(repository === null || issueNumber === null
      ? []
      : [`issue:${toIssueKey(repository, issueNumber)}`]),
  ]
}
