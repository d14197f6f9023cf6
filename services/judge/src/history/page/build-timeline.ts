import { type Instant, toInstant, toIso } from '../../lib/instant.ts'
import type { Status } from '../../run/lifecycle.ts'
import { getStatusWords } from '../../text/headline.ts'
import type { TimelineEntryView } from '../http/run-part-schemas.ts'

/* One order of everything that happened to a run, from the rows that recorded it. */

export interface TimelineInput {
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly phase: string | null
  /** Oldest first. */
  readonly transitions: readonly {
    readonly at: Date
    readonly from: Status | null
    readonly to: Status | null
    readonly because: string
    readonly causedBy: string
  }[]
  readonly effects: readonly {
    readonly at: Date
    readonly kind: string
    readonly state: string
    readonly because: string | null
    /** What it was about: a state of the commit status, a model, an attempt. */
    readonly subject: string | null
  }[]
  readonly people: readonly {
    readonly at: Date
    readonly actor: string
    readonly effect: string
    readonly note: string | null
  }[]
  /** What only the whole timeline has; empty otherwise. */
  readonly signals: readonly {
    readonly at: Date
    readonly source: string
    readonly because: string
  }[]
  readonly readings: readonly {
    readonly at: Date
    readonly kind: string
    readonly commit: string | null
  }[]
  readonly tries: readonly {
    readonly at: Date
    readonly kind: string
    readonly number: number
    readonly outcome: string | null
    readonly error: string | null
  }[]
}

type Entry = Omit<TimelineEntryView, 'at'> & { readonly at: Instant }

/** All entries, oldest first. What happened at the same moment keeps the order of this list. */
export function buildTimeline(input: TimelineInput): readonly TimelineEntryView[] {
  const entries = [
    ...listWorkflow(input),
    ...input.signals.map(({ at, source, because }) =>
      createEntry(at, {
        kind: 'signal',
        icon: 'broadcast',
        text: `Heard: ${source}`,
        detail: because,
      }),
    ),
    ...input.readings.map(({ at, kind, commit }) =>
      createEntry(at, {
        kind: 'reading',
        icon: 'eye',
        text: `Read: ${kind.replaceAll('_', ' ')}${commit === null ? '' : ` of ${commit.slice(0, 7)}`}`,
      }),
    ),
    ...listPeople(input),
    ...listSteps(input),
    ...input.effects.map(toEffectEntry),
    ...input.tries.map(({ at, kind, number, outcome, error }) =>
      createEntry(at, {
        kind: 'try',
        icon: 'sync',
        text: `${effectNames[kind] ?? kind}: try ${number} ${outcome ?? 'got no answer yet'}`,
        detail: error,
      }),
    ),
  ]
  return entries
    .toSorted((one, other) => one.at - other.at)
    .map((entry) => ({ ...entry, at: toIso(entry.at) }))
}

const createEntry = (
  at: Date,
  entry: Pick<Entry, 'kind' | 'icon' | 'text'> & Partial<Entry>,
): Entry => ({
  detail: null,
  waited: null,
  actor: null,
  note: null,
  url: null,
  ...entry,
  at: toInstant(at),
})

function listWorkflow({ startedAt, finishedAt, phase }: TimelineInput): readonly Entry[] {
  return [
    ...(startedAt === null
      ? []
      : [createEntry(startedAt, { kind: 'step', icon: 'play', text: 'The workflow started' })]),
    ...(finishedAt === null
      ? []
      : [
          createEntry(finishedAt, {
            kind: 'step',
            icon: 'square',
            text: `The workflow ended: ${phase ?? 'unknown'}`,
            waited:
              startedAt === null || finishedAt < startedAt
                ? null
                : {
                    seconds: (finishedAt.getTime() - startedAt.getTime()) / 1000,
                    ofAtMostSeconds: null,
                  },
          }),
        ]),
  ]
}

const listPeople = ({ people }: TimelineInput): readonly Entry[] =>
  people.map(({ at, actor, effect, note }) =>
    createEntry(at, { kind: 'person', icon: 'person', text: `${actor} ${effect}`, actor, note }),
  )

const icons: Readonly<Record<Status, string>> = {
  notified: 'broadcast',
  run_complete: 'search',
  waiting_for_ci: 'clock',
  waiting_for_review: 'eye',
  judging: 'law',
  completed: 'check-circle-fill',
  needs_iteration: 'iterations',
  needs_human: 'person-fill',
  superseded: 'skip',
  closed: 'circle-slash',
}

const listSteps = ({ transitions }: TimelineInput): readonly Entry[] =>
  transitions.flatMap(({ at, from, to, because, causedBy }, index) => {
    // What a person did without moving the run is in the audit.
    if (to === null || from === to) return []
    const before = transitions[index - 1]
    const actor = /^person:(.+)$/.exec(causedBy)?.[1] ?? null
    return [
      createEntry(at, {
        kind: 'step',
        icon: icons[to],
        text: `${getStatusWords(to)}: ${because}`,
        actor,
        waited:
          before === undefined || from === null
            ? null
            : { seconds: (at.getTime() - before.at.getTime()) / 1000, ofAtMostSeconds: null },
      }),
    ]
  })

const effectNames: Readonly<Record<string, string>> = {
  ask: 'The judge',
  dispatch: 'The next attempt',
  discord: 'The message',
  status: 'The commit status',
  remember: 'The memories',
  requestReview: 'The review request',
  rerunChecks: 'The re-run of failed checks',
  comment: 'The comment on the pull request',
  checkRun: 'The check run',
}

const doneWords: Readonly<Record<string, string>> = {
  ask: 'has answered',
  dispatch: 'was accepted',
  discord: 'was sent',
  status: 'was set',
  remember: 'were stored',
  requestReview: 'was posted',
  rerunChecks: 'was started',
}

function toEffectEntry({
  at,
  kind,
  state,
  because,
  subject,
}: TimelineInput['effects'][number]): Entry {
  const name = effectNames[kind] ?? kind
  const did = state === 'done' ? (doneWords[kind] ?? 'was written') : `is ${state}`
  return createEntry(at, {
    kind: 'effect',
    icon: 'paper-airplane',
    text: `${name} ${did}${subject === null ? '' : `: ${subject}`}`,
    detail: because,
  })
}
