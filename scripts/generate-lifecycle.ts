import {
  lifecycle,
  type Mover,
  openStatuses,
  statuses,
  terminalStatuses,
} from '../services/judge/src/run/lifecycle.ts'
import { reasons } from '../services/judge/src/run/reasons.ts'
import type { Generator } from './generator.ts'

const header = (source: string): string =>
  `<!-- Made by \`npm run generate\` from ${source}; change that. -->`

const movers: Readonly<Record<Mover, string>> = {
  'workflow.finished': 'a finished workflow',
  'run.enriched': 'a notify',
  'newer run': 'a newer run of the issue',
  wait: 'a look that finds something to wait for',
  decision: 'a decision',
  person: 'a person',
  dispatch: 'a dispatch that failed',
  silence: 'silence',
}

const name = (status: string | null): string => (status === null ? '(nothing)' : `\`${status}\``)

/**
 * Every status, and every way from one to another, as the table that the service checks each step
 * against says it.
 */
function statesDoc(): string {
  const rows = statuses.flatMap((status) => lifecycle.filter(({ from }) => from === status))
  const table = [...lifecycle.filter(({ from }) => from === null), ...rows].map(
    ({ from, to, by, says }) => `| ${name(from)} | ${name(to)} | ${movers[by]} | ${says} |`,
  )
  return `${header('services/judge/src/run/lifecycle.ts')}

# What a run can be, and what moves it

Open: ${openStatuses.map(name).join(', ')}. Ended: ${terminalStatuses.map(name).join(', ')}, of which
\`needs_human\` is only paused: a person's answer, or the end of patience, moves it on.

A step for which there is no row here is refused. For every row there is a story that takes it
(\`test/scenarios/transitions.ts\`).

| From | To | Moved by | What it says |
| --- | --- | --- | --- |
${table.join('\n')}
`
}

const counts = { agent: 'one', ground: 'none', nobody: 'none' } as const

/** Every reason, what it may end a run as, and whether it uses up an attempt. */
function reasonsDoc(): string {
  const rows = Object.entries(reasons).map(
    ([reason, { outcomes, work, says }]) =>
      `| \`${reason}\` | ${outcomes.map(name).join(', ')} | ${counts[work]} | ${says} |`,
  )
  return `${header('services/judge/src/run/reasons.ts')}

# Why a run ended

The set is closed: the API, the metrics and the database know exactly these. Only a run whose own work was judged uses up one of
its issue's attempts.

| Reason | Ends as | Attempts used | What people read |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

/** The reference of statuses and reasons, from the tables the service goes by. */
export const lifecycleDocs: Generator = {
  name: 'lifecycle',
  produce: async () =>
    new Map([
      ['docs/states.md', statesDoc()],
      ['docs/reasons.md', reasonsDoc()],
    ]),
}
