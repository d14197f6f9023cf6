import type { Told } from './event-stream.ts'
import { type Evidence, type ExcerptName, excerptNames } from './evidence.ts'
import { excerptLength, lastOf, mask } from './excerpt.ts'
import type { Settings } from './settings.ts'

/** What Codex itself, or the end of its process, has told. */
export interface Turn {
  /**
   * When the run began, in milliseconds since the epoch; null where Codex calls us, which it does
   * only after a turn that succeeded.
   */
  readonly startedAt: number | null
  readonly threadId: string | null
  readonly turnId: string | null
  readonly prompt: string | null
  readonly inputMessages: readonly string[]
  readonly lastMessage: string | null
  readonly commitSha: string | null
  /** Null where Codex calls us: its process has not ended. */
  readonly exitCode: number | null
  readonly told: Told | null
  /** Logs that went by and are in no file. */
  readonly heard: Readonly<Partial<Record<ExcerptName, string>>>
}

/** The payload of wire section 2: a JSON object in which nothing is present that is not known. */
export type Payload = Readonly<Record<string, unknown>>

/** The judge takes 2 MiB; what is cut here is in the artifacts. */
const maxText = 200_000

export function payloadOf(
  turn: Turn,
  known: { readonly settings: Settings; readonly evidence: Evidence; readonly now: Date },
): Payload {
  const { settings, evidence, now } = known
  const clean = (text: string): string => mask(text, settings.secrets).toWellFormed()
  const excerpts = excerptNames.flatMap((name) => {
    const text = turn.heard[name] ?? evidence.excerpts[name]
    return text === undefined || text === ''
      ? []
      : [[name, lastOf(clean(text), excerptLength)] as const]
  })
  const failed = turn.exitCode !== null && (turn.exitCode !== 0 || turn.told?.turn === 'failed')
  const paths = { ...evidence.paths, notify: settings.notifyFile }
  return present({
    type: failed ? 'agent-turn-failed' : 'agent-turn-complete',
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
    prompt: turn.prompt === null ? null : clean(turn.prompt).slice(0, maxText),
    // Of a resumed thread these are all prompts there ever were; the last ones are those that
    // count.
    input_messages: fitting(turn.inputMessages.map(clean)),
    last_assistant_message:
      turn.lastMessage === null ? null : lastOf(clean(turn.lastMessage), maxText),
    log_excerpt: Object.fromEntries(excerpts),
    judge_output:
      evidence.judgeOutput === null ? null : clean(evidence.judgeOutput).slice(0, maxText),
    output_paths: paths,
    commit_sha: turn.commitSha,
    exit_code: turn.exitCode,
    error: failed && turn.told?.error ? lastOf(clean(turn.told.error), excerptLength) : null,
    issued_at: now.toISOString(),
  })
}

/**
 * What an earlier call wrote about the same session is kept where the later one has nothing:
 * Codex's own call knows the turn, the wrapper how the process ended. The last message is not kept,
 * because a turn without one must not show the one before.
 */
export function merged(earlier: unknown, later: Payload): Payload {
  if (
    !isObject(earlier) ||
    later.session_id === undefined ||
    earlier.session_id !== later.session_id
  )
    return later
  const { last_assistant_message: _old, ...kept } = earlier
  const logs = { ...objectAt(kept, 'log_excerpt'), ...objectAt(later, 'log_excerpt') }
  const paths = { ...objectAt(kept, 'output_paths'), ...objectAt(later, 'output_paths') }
  return present({ ...kept, ...later, log_excerpt: logs, output_paths: paths })
}

const isObject = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectAt = (of: Payload, key: string): Payload => (isObject(of[key]) ? of[key] : {})

function fitting(messages: readonly string[]): readonly string[] {
  let room = maxText
  const kept: string[] = []
  for (const message of messages.toReversed()) {
    if (room <= 0) break
    kept.unshift(message.slice(0, room))
    room -= message.length
  }
  return kept
}

/** Without what says nothing: a later message must never replace a value by nothing. */
const present = (fields: Payload): Payload =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false
      return !(typeof value === 'object' && Object.keys(value).length === 0)
    }),
  )
