import type { StreamSummary } from './event-stream.ts'
import { type Evidence, type ExcerptName, excerptNames } from './evidence.ts'
import { EXCERPT_CHARS, maskSecrets, takeEnd } from './excerpt.ts'
import type { Settings } from './settings.ts'

/** What is known about a turn, from Codex itself or from the end of its process. */
export interface Turn {
  /**
   * When the run began, in milliseconds since the epoch; null if Codex called the program, which it
   * does only after a successful turn.
   */
  readonly startedAt: number | null
  readonly threadId: string | null
  readonly turnId: string | null
  readonly prompt: string | null
  readonly inputMessages: readonly string[]
  readonly lastMessage: string | null
  readonly commitSha: string | null
  /** Null if Codex called the program: its process has not ended. */
  readonly exitCode: number | null
  readonly events: StreamSummary | null
  /** Logs that were read from the process and are not in a file. */
  readonly logs: Readonly<Partial<Record<ExcerptName, string>>>
}

/** docs/contract.md, "The notify payload". A value that is not known is absent. */
export type Payload = Readonly<Record<string, unknown>>

/** The judge accepts 2 MiB; the artifacts contain the whole texts. */
const MAX_TEXT_CHARS = 200_000

export function buildPayload(
  turn: Turn,
  context: { readonly settings: Settings; readonly evidence: Evidence; readonly now: Date },
): Payload {
  const { settings, evidence, now } = context
  const clean = (text: string): string => maskSecrets(text, settings.secrets).toWellFormed()
  const excerpts = excerptNames.flatMap((name) => {
    const text = turn.logs[name] ?? evidence.excerpts[name]
    return text === undefined || text === ''
      ? []
      : [[name, takeEnd(clean(text), EXCERPT_CHARS)] as const]
  })
  const hasFailed =
    turn.exitCode !== null && (turn.exitCode !== 0 || turn.events?.turn === 'failed')
  const paths = { ...evidence.paths, notify: settings.notifyFile }
  return dropEmpty({
    type: hasFailed ? 'agent-turn-failed' : 'agent-turn-complete',
    stage: settings.stage,
    repository: settings.repository,
    issue_number: settings.issueNumber,
    base_branch: settings.base,
    head_branch: settings.head,
    workflow_name: settings.workflowName,
    workflow_namespace: settings.workflowNamespace,
    session_id: turn.threadId,
    thread_id: turn.threadId,
    turn_id: turn.turnId,
    prompt: turn.prompt === null ? null : clean(turn.prompt).slice(0, MAX_TEXT_CHARS),
    // A resumed thread has the prompts of all its turns; the last ones matter.
    input_messages: keepNewest(turn.inputMessages.map(clean)),
    last_assistant_message:
      turn.lastMessage === null ? null : takeEnd(clean(turn.lastMessage), MAX_TEXT_CHARS),
    log_excerpt: Object.fromEntries(excerpts),
    judge_output:
      evidence.judgeOutput === null ? null : clean(evidence.judgeOutput).slice(0, MAX_TEXT_CHARS),
    output_paths: paths,
    commit_sha: turn.commitSha,
    exit_code: turn.exitCode,
    error:
      hasFailed && turn.events?.error ? takeEnd(clean(turn.events.error), EXCERPT_CHARS) : null,
    issued_at: now.toISOString(),
  })
}

/**
 * Keeps values of an earlier payload of the same session that the later one does not have: Codex's
 * own call knows the turn, the wrapper knows how the process ended. The last message is not kept,
 * because a turn without a message must not show an earlier one.
 */
export function mergePayloads(earlier: unknown, later: Payload): Payload {
  if (
    !isObject(earlier) ||
    later.session_id === undefined ||
    earlier.session_id !== later.session_id
  )
    return later
  const { last_assistant_message: _old, ...kept } = earlier
  const logs = { ...getObject(kept, 'log_excerpt'), ...getObject(later, 'log_excerpt') }
  const paths = { ...getObject(kept, 'output_paths'), ...getObject(later, 'output_paths') }
  return dropEmpty({ ...kept, ...later, log_excerpt: logs, output_paths: paths })
}

const isObject = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const getObject = (payload: Payload, key: string): Payload =>
  isObject(payload[key]) ? payload[key] : {}

function keepNewest(messages: readonly string[]): readonly string[] {
  let room = MAX_TEXT_CHARS
  const kept: string[] = []
  for (const message of messages.toReversed()) {
    if (room <= 0) break
    kept.unshift(message.slice(0, room))
    room -= message.length
  }
  return kept
}

/** Drops empty values: a later message must never replace a value by an empty one. */
const dropEmpty = (fields: Payload): Payload =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false
      return !(typeof value === 'object' && Object.keys(value).length === 0)
    }),
  )
