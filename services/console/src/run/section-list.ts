import type { Tone } from '../parts/status.tsx'
import type { RunDetail } from './run-data.ts'

/** One anchor of the section bar. `count` is what the section holds, `state` whether it is well. */
export interface SectionLink {
  readonly id: string
  readonly name: string
  readonly count: string | null
  readonly state: { readonly icon: 'passed' | 'refused' | 'waiting'; readonly tone: Tone } | null
}

const passed = { icon: 'passed', tone: 'done' } as const
const refused = { icon: 'refused', tone: 'again' } as const
const waiting = { icon: 'waiting', tone: 'work' } as const

const isRed = (conclusion: string | null): boolean =>
  conclusion !== null && !['success', 'neutral', 'skipped'].includes(conclusion)

/** The sections of a run's page in their order, the same for every status. */
export function listSections(detail: RunDetail): readonly SectionLink[] {
  const { gates, verdicts, checks, effects, artifacts, change } = detail
  const link = (name: string, count: string | null = null, state: SectionLink['state'] = null) => ({
    id: name.toLowerCase(),
    name,
    count,
    state,
  })
  return [
    link('Why'),
    link('Time'),
    link(
      'Gates',
      countAmong(gates, ({ result }) => result === 'pass'),
      gateState(detail),
    ),
    link('Verdicts', String(verdicts.length), verdictState(detail)),
    link('Changes', change === null ? null : String(change.files)),
    link(
      'Checks',
      checks.some(({ conclusion }) => isRed(conclusion))
        ? countAmong(checks, ({ conclusion }) => conclusion !== null && !isRed(conclusion))
        : String(checks.length),
      checkState(detail),
    ),
    link('Prompts'),
    link('Timeline'),
    link('Effects', String(effects.length)),
    link(
      'Artifacts',
      countAmong(artifacts, ({ state }) => state === 'found'),
    ),
  ]
}

function countAmong<T>(items: readonly T[], isCounted: (item: T) => boolean): string {
  return `${items.filter(isCounted).length}/${items.length}`
}

function gateState({ gates }: RunDetail): SectionLink['state'] {
  if (gates.some(({ result }) => result === 'refuse')) return refused
  if (gates.some(({ result }) => result === 'wait')) return waiting
  return gates.length === 0 ? null : passed
}

function verdictState({ verdicts }: RunDetail): SectionLink['state'] {
  const acted = verdicts.find((verdict) => verdict.acted)
  if (acted === undefined) return null
  return acted.decision === 'pass' ? passed : refused
}

function checkState({ checks }: RunDetail): SectionLink['state'] {
  if (checks.some(({ conclusion }) => isRed(conclusion))) return refused
  if (checks.some(({ conclusion }) => conclusion === null)) return waiting
  return checks.length === 0 ? null : passed
}
