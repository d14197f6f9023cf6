import {
  BroadcastIcon,
  CheckCircleFillIcon,
  CircleSlashIcon,
  ClockIcon,
  EyeIcon,
  type Icon,
  IterationsIcon,
  LawIcon,
  PersonFillIcon,
  SearchIcon,
  SkipIcon,
} from '@primer/octicons-react'
import type { Status } from '../api/types.ts'

/**
 * Whose turn it is: no one's because it is proven, the agent's, a person's, the service's, or no
 * one's any more. `[data-tone]` gives an element its colours.
 */
export type Tone = 'done' | 'again' | 'person' | 'work' | 'past'

export interface StatusFace {
  readonly icon: Icon
  readonly tone: Tone
  readonly words: string
}

const faces: Readonly<Record<Status, StatusFace>> = {
  notified: { icon: BroadcastIcon, tone: 'work', words: 'Announced' },
  run_complete: { icon: SearchIcon, tone: 'work', words: 'Gathering evidence' },
  waiting_for_ci: { icon: ClockIcon, tone: 'work', words: 'Waiting for CI' },
  waiting_for_review: { icon: EyeIcon, tone: 'work', words: 'Waiting for review' },
  judging: { icon: LawIcon, tone: 'work', words: 'Asking the judge' },
  completed: { icon: CheckCircleFillIcon, tone: 'done', words: 'Completed' },
  needs_iteration: { icon: IterationsIcon, tone: 'again', words: 'Needs another attempt' },
  needs_human: { icon: PersonFillIcon, tone: 'person', words: 'Needs a person' },
  superseded: { icon: SkipIcon, tone: 'past', words: 'Superseded' },
  closed: { icon: CircleSlashIcon, tone: 'past', words: 'Closed' },
}

const isStatus = (text: string): text is Status => Object.hasOwn(faces, text)

/** How a status looks. A status of a newer service than this page shows its own name. */
export const statusFace = (status: string): StatusFace =>
  isStatus(status)
    ? faces[status]
    : { icon: SearchIcon, tone: 'past', words: status.replaceAll('_', ' ') }

/** The statuses in which the service is at work. */
export const openStatuses: readonly Status[] = [
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
]
