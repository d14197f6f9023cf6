import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { addMillis, toInstant } from '../../services/judge/src/lib/instant.ts'
import type { GithubChanged } from '../../services/judge/src/run/event.ts'
import type { RunClaims } from '../../services/judge/src/run/run.ts'
import { createRun } from '../harness/accepted-facts.ts'

let messageCount = 0

/** The completion of a workflow. Each started later than the one made before. */
export function makeCompletion(claims: Partial<RunClaims> = {}): InboundMessage {
  messageCount += 1
  const startedAt = toInstant(Date.UTC(2026, 10, 21, 8) + messageCount * 1_000)
  return {
    source: 'run-complete',
    transport: 'http',
    headers: {},
    body: Buffer.from('{}'),
    keys: [`test:${newId()}`],
    because: 'It finished.',
    event: {
      kind: 'workflow.finished',
      claims: {
        ...createRun().claims,
        workflowUid: newId(),
        workflowName: `codex-${messageCount}`,
        deliveryId: null,
        startedAt,
        finishedAt: addMillis(startedAt, 500),
        ...claims,
      },
      provenance: {},
      enrichment: null,
    },
  }
}

/** A notify that announces a workflow before its completion. */
export function makeAnnouncement(claims: Partial<RunClaims>): InboundMessage {
  const { event, ...rest } = makeCompletion({
    workflowUid: null,
    phase: null,
    startedAt: null,
    finishedAt: null,
    ...claims,
  })
  if (event?.kind !== 'workflow.finished') throw new Error('the event must be a completion')
  const enrichment = {
    issuedAt: null,
    lastMessage: 'Done.',
    judgeOutput: null,
    usage: null,
    excerpts: {},
    outputPaths: {},
  }
  return { ...rest, event: { ...event, kind: 'run.enriched', enrichment } }
}

/** A webhook about every run of the branch codex/issue-41. */
export function makeWebhook(
  change: Partial<GithubChanged> = {},
  keys: readonly string[] = [`github:${newId()}`],
): InboundMessage {
  return {
    source: 'github',
    transport: 'http',
    headers: {},
    body: Buffer.from('{}'),
    keys,
    because: 'CI completed.',
    event: {
      kind: 'github.changed',
      repository: 'acme/widgets',
      signal: 'ci',
      about: { commits: [], branches: ['codex/issue-41'], pullRequests: [], issues: [] },
      push: null,
      decisive: true,
      reconsiders: false,
      answers: false,
      ...change,
    },
  }
}
