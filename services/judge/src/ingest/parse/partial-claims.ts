import type { PartialClaims } from '../../correlate/recover-claims.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import type { Iterations } from '../../run/run.ts'
import {
  collectFields,
  type Fields,
  pickFirst,
  readBranch,
  readCommitText,
  readCount,
  readFlag,
  readIdentifier,
  readInstant,
  readItemNumber,
  readLabel,
  readPlainText,
  readPositiveInt,
  readRepository,
} from './fields.ts'
import { coerceObject } from './read-json.ts'

/**
 * Reads the claims in one place of a message, under all names that senders use. A name means the
 * same everywhere: at the top level, in the event body, among parameters, in a notify.
 */
export function readPartialClaims(fields: Fields): PartialClaims {
  return {
    repository: pickFirst(fields, ['repository', 'repo'], readRepository),
    issueNumber: pickFirst(fields, ['issue_number', 'issue'], readItemNumber),
    branch: pickFirst(fields, ['branch', 'head', 'head_branch', 'head_ref'], readBranch),
    base: pickFirst(fields, ['base', 'base_branch', 'base_ref'], readBranch),
    stage: pickFirst(fields, ['stage'], readStage),
    workflowName: pickFirst(fields, ['workflow_name'], readLabel),
    workflowNamespace: pickFirst(fields, ['workflow_namespace'], readLabel),
    workflowUid: pickFirst(fields, ['workflow_uid'], readLabel),
    prompt: pickFirst(fields, ['prompt'], readPlainText),
    issueTitle: pickFirst(fields, ['issue_title'], readPlainText),
    issueBody: pickFirst(fields, ['issue_body'], readPlainText),
    issueUrl: pickFirst(fields, ['issue_url'], readPlainText),
    sender: pickFirst(fields, ['sender'], readLogin),
    reportedCommit: pickFirst(fields, ['commit_sha', 'commit', 'head_sha'], readCommitText),
    reportedPrNumber:
      pickFirst(fields, ['pr_number', 'pull_request_number'], readPositiveInt) ??
      pickFirst(fields, ['pr_url', 'pull_request_url'], readPullNumberInUrl),
    threadId: pickFirst(fields, ['thread_id'], readIdentifier),
    turnId: pickFirst(fields, ['turn_id'], readIdentifier),
    sessionId: pickFirst(fields, ['session_id'], readIdentifier),
    deliveryId: pickFirst(fields, ['delivery_id'], readIdentifier),
    iterations: pickFirst(fields, ['iterations'], readIterations),
    iterationCycle: pickFirst(fields, ['iteration_cycle'], readPositiveInt),
    autonomous: pickFirst(fields, ['autonomous'], readFlag),
    startedAt: pickFirst(fields, ['started_at'], readInstant),
    finishedAt: pickFirst(fields, ['finished_at'], readInstant),
  }
}

/**
 * Reads the claims in a raw GitHub webhook that started a workflow: its issue and, if it is about a
 * pull request, that one's number and branches. The number of a pull request is never used as the
 * issue's.
 */
export function readWebhookClaims(webhook: JsonObject): PartialClaims {
  const pull = isObject(webhook.pull_request) ? webhook.pull_request : {}
  const readRef = (side: Json | undefined): string | null =>
    isObject(side) ? readBranch(side.ref ?? null) : null
  const own = readPartialClaims(collectFields(webhook))
  return {
    ...own,
    branch: own.branch ?? readRef(pull.head),
    base: own.base ?? readRef(pull.base),
    reportedPrNumber: own.reportedPrNumber ?? readItemNumber(pull),
  }
}

/** A stage by its word; the task's enum is also sent by name (`CODEX_STAGE_REVIEW`) or number. */
export function readStage(value: Json): string | null {
  const byNumber = { 1: 'planning', 2: 'implementation', 3: 'review' }[Number(value)]
  const word =
    readPlainText(value)
      ?.trim()
      .toLowerCase()
      .replace(/^.*stage_/, '') ?? null
  return byNumber ?? (word === null || word === 'unspecified' || word.length > 100 ? null : word)
}

const readLogin = (value: Json): string | null =>
  readIdentifier(isObject(value) ? (value.login ?? null) : value)

const readPullNumberInUrl = (value: Json): number | null =>
  readPositiveInt(/\/pulls?\/(\d+)/.exec(readPlainText(value) ?? '')?.[1] ?? null)

function readIterations(value: Json): Iterations | null {
  const object = coerceObject(value)
  if (object === null) return null
  const fields = collectFields(object)
  const mode = pickFirst(fields, ['mode'], readIdentifier)
  if (mode === null) return null
  const stops = fields.get('stop_on')?.find(Array.isArray) ?? []
  return {
    mode,
    count: pickFirst(fields, ['count'], readCount),
    min: pickFirst(fields, ['min'], readCount),
    max: pickFirst(fields, ['max'], readCount),
    stopOn: stops.map(readIdentifier).filter((stop: string | null) => stop !== null),
    reason: pickFirst(fields, ['reason'], readPlainText) ?? '',
  }
}
