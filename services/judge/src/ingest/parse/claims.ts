import type { Said } from '../../correlate/recover.ts'
import type { Iterations } from '../../run/run.ts'
import {
  branch,
  commitText,
  count,
  type Fields,
  fieldsOf,
  firstOf,
  flag,
  identifier,
  itemNumber,
  label,
  moment,
  positive,
  repository,
  text,
} from './fields.ts'
import { isObject, type Json, type JsonObject, objectIn } from './json.ts'

/**
 * What one place of a message says about a run, under all the names senders use. The same names
 * mean the same everywhere: at the top level, in the event body, among parameters, in a notify.
 */
export function claimsIn(fields: Fields): Said {
  return {
    repository: firstOf(fields, ['repository', 'repo'], repository),
    issueNumber: firstOf(fields, ['issue_number', 'issue'], itemNumber),
    branch: firstOf(fields, ['branch', 'head', 'head_branch', 'head_ref'], branch),
    base: firstOf(fields, ['base', 'base_branch', 'base_ref'], branch),
    stage: firstOf(fields, ['stage'], stage),
    workflowName: firstOf(fields, ['workflow_name'], label),
    workflowNamespace: firstOf(fields, ['workflow_namespace'], label),
    workflowUid: firstOf(fields, ['workflow_uid'], label),
    prompt: firstOf(fields, ['prompt'], text),
    issueTitle: firstOf(fields, ['issue_title'], text),
    issueBody: firstOf(fields, ['issue_body'], text),
    issueUrl: firstOf(fields, ['issue_url'], text),
    sender: firstOf(fields, ['sender'], login),
    reportedCommit: firstOf(fields, ['commit_sha', 'commit', 'head_sha'], commitText),
    reportedPrNumber:
      firstOf(fields, ['pr_number', 'pull_request_number'], positive) ??
      firstOf(fields, ['pr_url', 'pull_request_url'], numberInUrl),
    threadId: firstOf(fields, ['thread_id'], identifier),
    turnId: firstOf(fields, ['turn_id'], identifier),
    sessionId: firstOf(fields, ['session_id'], identifier),
    deliveryId: firstOf(fields, ['delivery_id'], identifier),
    iterations: firstOf(fields, ['iterations'], iterations),
    iterationCycle: firstOf(fields, ['iteration_cycle'], positive),
    autonomous: firstOf(fields, ['autonomous'], flag),
    startedAt: firstOf(fields, ['started_at'], moment),
    finishedAt: firstOf(fields, ['finished_at'], moment),
  }
}

/**
 * A raw GitHub webhook, as which a workflow may have been started: its issue and, where it is about
 * a pull request, that one's number and branches. The number of a pull request is never taken for
 * the issue's.
 */
export function claimsInWebhook(webhook: JsonObject): Said {
  const pull = isObject(webhook.pull_request) ? webhook.pull_request : {}
  const ref = (side: Json | undefined): string | null =>
    isObject(side) ? branch(side.ref ?? null) : null
  const own = claimsIn(fieldsOf(webhook))
  return {
    ...own,
    branch: own.branch ?? ref(pull.head),
    base: own.base ?? ref(pull.base),
    reportedPrNumber: own.reportedPrNumber ?? itemNumber(pull),
  }
}

/**
 * The stage by its plain word; the task's enum also travels by name (`CODEX_STAGE_REVIEW`) or
 * number.
 */
export function stage(value: Json): string | null {
  const byNumber = { 1: 'planning', 2: 'implementation', 3: 'review' }[Number(value)]
  const word =
    text(value)
      ?.trim()
      .toLowerCase()
      .replace(/^.*stage_/, '') ?? null
  return byNumber ?? (word === null || word === 'unspecified' || word.length > 100 ? null : word)
}

const login = (value: Json): string | null =>
  identifier(isObject(value) ? (value.login ?? null) : value)

const numberInUrl = (value: Json): number | null =>
  positive(/\/pulls?\/(\d+)/.exec(text(value) ?? '')?.[1] ?? null)

function iterations(value: Json): Iterations | null {
  const object = objectIn(value)
  if (object === null) return null
  const fields = fieldsOf(object)
  const mode = firstOf(fields, ['mode'], identifier)
  if (mode === null) return null
  const stops = fields.get('stop_on')?.find(Array.isArray) ?? []
  return {
    mode,
    count: firstOf(fields, ['count'], count),
    min: firstOf(fields, ['min'], count),
    max: firstOf(fields, ['max'], count),
    stopOn: stops.map(identifier).filter((stop: string | null) => stop !== null),
    reason: firstOf(fields, ['reason'], text) ?? '',
  }
}
