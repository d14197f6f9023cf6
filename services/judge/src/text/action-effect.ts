import { formatUsd, pluralize } from '../lib/text.ts'

/** What people may do to a run, with what it does outside, for those who are about to do it. */
export const personActions = [
  'rejudge',
  'rerun',
  'override',
  'stop',
  'resume',
  'grant',
  'answer',
  'pause',
] as const
export type PersonActionName = (typeof personActions)[number]

export interface ActionSubject {
  /** `owner/name#n`. */
  readonly label: string
  /** The number that the next attempt would get, and how many there may be. */
  readonly nextAttempt: number
  readonly attemptsMax: number
}

export function describeActionEffect(
  name: PersonActionName,
  { label, nextAttempt, attemptsMax }: ActionSubject,
): string {
  switch (name) {
    case 'rejudge':
      return 'Reads everything again, asks the models again, and judges the head that is there then. Uses no attempt.'
    case 'rerun':
      return `Dispatches attempt ${nextAttempt} of ${Math.max(nextAttempt, attemptsMax)} at once, with your prompt if you give one.`
    case 'override':
      return 'Decides instead of the service: sets the commit status, replaces the memories, and sends the message of that outcome.'
    case 'stop':
      return 'Closes the run. Nothing more is dispatched for it, and the commit keeps its status.'
    case 'resume':
      return 'Reads pull request, CI and review again and judges the head that is there then. Uses no attempt.'
    case 'grant':
      return `Adds attempts, and money if you say so, to what ${label} may use. If it ended for lack of them, it goes on at once.`
    case 'answer':
      return 'Does what the option says that you choose, for every run that waits for the answer.'
    case 'pause':
      return `Holds back dispatches and questions to models for ${label} until someone unpauses it. Waits go on.`
    default:
      return name satisfies never
  }
}

/** What a person did, as the audit tells it. */
export type AuditedAction =
  | { readonly kind: 'rejudge' | 'rerun' | 'stop' | 'resume' | 'replay' }
  | { readonly kind: 'override'; readonly outcome: string }
  | { readonly kind: 'grant'; readonly attempts: number; readonly usd: number | null }
  | { readonly kind: 'answer'; readonly option: string }
  | { readonly kind: 'pause' | 'unpause'; readonly scope: string }
  | { readonly kind: 'label'; readonly right: boolean }

export function describeAuditedAction(action: AuditedAction): string {
  switch (action.kind) {
    case 'rejudge':
      return 'asked to judge the run again'
    case 'rerun':
      return 'started another attempt'
    case 'stop':
      return 'stopped the run'
    case 'resume':
      return 'resumed the run'
    case 'replay':
      return 'replayed a quarantined message'
    case 'override':
      return `decided that the run is ${action.outcome}`
    case 'grant':
      return [
        `granted ${pluralize(action.attempts, 'attempt')}`,
        ...(action.usd === null ? [] : [formatUsd(action.usd)]),
      ].join(' and ')
    case 'answer':
      return `answered the question with ${action.option}`
    case 'pause':
      return `paused ${action.scope}`
    case 'unpause':
      return `unpaused ${action.scope}`
    case 'label':
      return `said that a verdict is ${action.right ? 'right' : 'wrong'}`
    default:
      return action satisfies never
  }
}
