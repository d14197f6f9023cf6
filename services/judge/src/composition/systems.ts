import type { Logger } from 'pino'
import type { CallWatch, WatchedCall } from '../lib/call-watch.ts'
import { isFailure } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import type { Mask } from '../lib/mask.ts'
import {
  type CallSubject,
  formatRefusal,
  listSystemChanges,
  noteAnswer,
  noteOutage,
  noteRefusal,
  type SystemChange,
  type SystemKnowledge,
  unknownSystem,
} from '../lib/system-state.ts'
import { clip } from '../lib/text.ts'

/** What this process knows of the external systems. Nothing of it outlives a restart. */
export interface Systems {
  read(system: string): SystemKnowledge
  watch(system: string): CallWatch
  /** Permissions that the credentials of a system lack, and what each is for. */
  listMissingPermissions(system: string): readonly string[]
  setMissingPermissions(system: string, missing: readonly string[]): void
}

interface SystemsDeps {
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly now: () => Instant
  /** Masks what a system answered: it is logged and shown without a token. */
  readonly mask: Mask
}

const MAX_ANSWER_CHARS = 300

/**
 * Watches the calls to the external systems. A change is logged once: a refusal as a warning, the
 * rest as information.
 */
export function createSystems({ log, now, mask }: SystemsDeps): Systems {
  const known = new Map<string, SystemKnowledge>()
  const missingPermissions = new Map<string, readonly string[]>()
  const read = (system: string): SystemKnowledge => known.get(system) ?? unknownSystem
  const update = (system: string, after: SystemKnowledge): void => {
    const before = read(system)
    known.set(system, after)
    for (const change of listSystemChanges(before, after)) logChange(log, system, change)
  }
  const maskAnswer = async (text: string): Promise<string> =>
    clip(await mask(text).catch(() => 'its answer could not be masked'), MAX_ANSWER_CHARS)

  const watch = (system: string): CallWatch => {
    const answered = (call: WatchedCall) =>
      update(system, noteAnswer(read(system), toSubject(call), now()))
    const failed = async (call: WatchedCall, error: unknown): Promise<void> => {
      if (!isFailure(error)) return
      // It understood the request, and declined for a reason that is not about access.
      if (error.kind === 'refused') return answered(call)
      const subject = toSubject(call)
      const scope = call.findFailedScope ? call.findFailedScope(error.scope) : subject.scope
      const answer = await maskAnswer(error.answer)
      const { refused, remedy } = error
      update(
        system,
        error.kind === 'forbidden'
          ? noteRefusal(read(system), subject, { scope, refused, answer, remedy }, now())
          : noteOutage(read(system), { scope, because: answer }, now()),
      )
    }
    return {
      async track(call, signal, work) {
        try {
          const result = await work()
          answered(call)
          return result
        } catch (error) {
          if (!isStopped(signal)) await failed(call, error)
          throw error
        }
      },
      noteAnswer: answered,
      noteFailure: failed,
    }
  }
  return {
    read,
    watch,
    listMissingPermissions: (system) => missingPermissions.get(system) ?? [],
    setMissingPermissions: (system, missing) => void missingPermissions.set(system, missing),
  }
}

/** Stopped by us, and not because the time was over. */
const isStopped = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError')

const toSubject = (call: WatchedCall): CallSubject => ({
  scope: call.scope ?? null,
  object: call.object ?? null,
  operation: call.operation,
  writes: call.writes ?? false,
  account: call.account ?? 'main',
})

function logChange(log: SystemsDeps['log'], system: string, change: SystemChange): void {
  switch (change.kind) {
    case 'refused': {
      const { scope, answer, remedy } = change.refusal
      log.warn(
        { event: 'system_refused', system, scope, because: answer, remedy },
        `${system} refuses what the service asks for: ${formatRefusal(change.refusal)}`,
      )
      return
    }
    case 'accepted':
      log.info(
        { event: 'system_accepted', system, scope: change.scope },
        `${system} accepts what the service asks for again`,
      )
      return
    case 'away': {
      const { scope, because } = change.outage
      log.info({ event: 'system_unavailable', system, scope, because }, `${system}: ${because}`)
      return
    }
    case 'back':
      log.info(
        { event: 'system_available', system, scope: change.scope },
        `${system} answers again`,
      )
      return
    default:
      change satisfies never
  }
}
