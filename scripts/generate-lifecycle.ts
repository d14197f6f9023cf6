import {
  lifecycle,
  type Mover,
  openStatuses,
  statuses,
  terminalStatuses,
} from '../services/judge/src/run/lifecycle.ts'
import { reasons } from '../services/judge/src/run/reasons.ts'
import type { Generator } from './generator.ts'

const formatHeader = (source: string): string =>
  `<!-- Made by \`npm run generate\` from ${source}; change that. -->`

const movers: Readonly<Record<Mover, string>> = {
  'workflow.finished': 'a finished workflow',
  'run.enriched': 'a notify',
  'newer run': 'a newer run of the issue',
  wait: 'a decision to wait',
  decision: 'a decision',
  person: 'a person',
  dispatch: 'a dispatch that failed',
  silence: 'a deadline that passed',
  recovery: 'a shared cause that is over',
  github: 'a person on GitHub',
}

const formatStatus = (status: string | null): string =>
  status === null ? '(nothing)' : `\`${status}\``

/**
 * Every status, and every way from one to another, as the table that the service checks each step
 * against has it.
 */
function renderStates(): string {
  const rows = statuses.flatMap((status) => lifecycle.filter(({ from }) => from === status))
  const table = [...lifecycle.filter(({ from }) => from === null), ...rows].map(
    ({ from, to, by, text }) =>
      `| ${formatStatus(from)} | ${formatStatus(to)} | ${movers[by]} | ${text} |`,
  )
  return `${formatHeader('services/judge/src/run/lifecycle.ts')}

# The statuses of a run, and what changes them

Open: ${openStatuses.map(formatStatus).join(', ')}.
Ended: ${terminalStatuses.map(formatStatus).join(', ')}.
\`needs_human\` is only paused: a person's answer or its deadline moves it on.

A step without a row here is rejected. The scenarios take every row
(\`test/scenarios/transitions.ts\`).

| From | To | Moved by | What happened |
| --- | --- | --- | --- |
${table.join('\n')}
`
}

const attemptsUsedBy = { agent: 'one', infrastructure: 'none', none: 'none' } as const

/** Every reason, what it may end a run as, and whether it uses up an attempt. */
function renderReasons(): string {
  const rows = Object.entries(reasons).map(([reason, { outcomes, work, text }]) => {
    const endsAs = outcomes.map(formatStatus).join(', ')
    return `| \`${reason}\` | ${endsAs} | ${attemptsUsedBy[work]} | ${text} |`
  })
  return `${formatHeader('services/judge/src/run/reasons.ts')}

# Why a run ended

The set is closed: the API, the metrics and the database use exactly these. Only a run whose own
work was judged uses up one of its issue's attempts.

| Reason | Ends as | Attempts used | What people read |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

/** Generates the reference of statuses and reasons from the tables that the service uses. */
export const lifecycleDocs: Generator = {
  name: 'lifecycle',
  produce: async () =>
    new Map([
      ['docs/states.md', renderStates()],
      ['docs/reasons.md', renderReasons()],
    ]),
}
