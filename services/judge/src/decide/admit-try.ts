import type { Millis } from '../lib/instant.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import type { EffectKind } from './effect.ts'

/** What the rows say about an effect whose next try is due. */
export interface TryFacts {
  readonly kind: EffectKind
  /** `observe` where the policy only watches the run's repository. */
  readonly mode: 'act' | 'observe'
  /** The reason of an open pause that covers the run; null: there is none. */
  readonly pauseReason: string | null
  readonly runStatus: Status
  /** True if a run that has ended asks a model, to find out whether it answers again. */
  readonly isProbe: boolean
  /** The attempt number of a run of the issue that arrived since; null: there is none. */
  readonly newerAttempt: number | null
  /** True if a newer effect sets the same object to another value. */
  readonly hasNewerValue: boolean
  /** True if an older effect for the same object is being tried at this moment. */
  readonly isOlderInFlight: boolean
}

export type Admission =
  | { readonly kind: 'admit' }
  /** Try again after `wait`. `because` null keeps the reason that is stored. */
  | { readonly kind: 'hold'; readonly because: string | null; readonly wait: Millis }
  /** The effect must not be carried out at all. */
  | { readonly kind: 'skip'; readonly because: string }
  /** The effect is obsolete: something newer takes its place. */
  | { readonly kind: 'replace'; readonly because: string }

/**
 * Effects inside the service, which go on in `observe` mode: asking a model is part of deciding.
 */
const internalKinds: ReadonlySet<EffectKind> = new Set(['ask', 'remember'])
/** Effects that a pause holds back. Everything else goes on, waits included. */
const pausableKinds: ReadonlySet<EffectKind> = new Set(['ask', 'dispatch'])

const PAUSE_POLL_MS: Millis = 5_000
const IN_FLIGHT_POLL_MS: Millis = 500

/** Decides whether the next try of an effect may be made now. */
export function admitTry(facts: TryFacts): Admission {
  const { kind, mode, pauseReason } = facts
  if (mode === 'observe' && !internalKinds.has(kind))
    return { kind: 'skip', because: 'mode: observe' }
  if (pauseReason !== null && pausableKinds.has(kind))
    return { kind: 'hold', because: `paused: ${pauseReason}`, wait: PAUSE_POLL_MS }
  switch (kind) {
    case 'ask':
      return admitAsk(facts)
    case 'dispatch':
      return admitDispatch(facts)
    case 'status':
      return admitValue(facts, 'a newer status of the same commit replaces it')
    case 'discord':
      return admitValue(facts, 'a newer text of the same message replaces it')
    case 'comment':
      return admitValue(facts, 'a newer text of the same comment replaces it')
    case 'remember':
    case 'requestReview':
    case 'rerunChecks':
      return { kind: 'admit' }
    default:
      return kind satisfies never
  }
}

const admitAsk = ({ runStatus, isProbe }: TryFacts): Admission =>
  isOpen(runStatus) || (isProbe && runStatus === 'needs_human')
    ? { kind: 'admit' }
    : { kind: 'replace', because: 'the run has ended, so its verdict is no longer needed' }

/**
 * A dispatch that was being tried when another run of the issue arrived could not be withdrawn
 * then, and is obsolete now.
 */
const admitDispatch = ({ newerAttempt }: TryFacts): Admission =>
  newerAttempt === null
    ? { kind: 'admit' }
    : { kind: 'replace', because: `another run of the issue arrived (attempt ${newerAttempt})` }

/** The value that is sent last must be the newest, so it goes after any that is in flight. */
function admitValue({ hasNewerValue, isOlderInFlight }: TryFacts, because: string): Admission {
  if (hasNewerValue) return { kind: 'replace', because }
  return isOlderInFlight
    ? { kind: 'hold', because: null, wait: IN_FLIGHT_POLL_MS }
    : { kind: 'admit' }
}
