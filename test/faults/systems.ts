import type { IssueScript } from '../harness/issue-scripts.ts'
import { databaseFaults } from '../world/database-gate.ts'
import { type FaultGate, type FaultKind, faultKinds } from '../world/fault-gate.ts'

/* What can fail, in which ways, and what must come of the runs that are in flight meanwhile. */

export const systemNames = [
  'GitHub',
  'Argo',
  'artifact store',
  'model',
  'dispatcher',
  'Discord',
  'trace collector',
  'PostgreSQL',
] as const
export type SystemName = (typeof systemNames)[number]
export type Gates = Readonly<Record<SystemName, FaultGate>>

/** One fault of one system, and the issues whose runs are in flight while it lasts. */
export interface Cell {
  readonly system: SystemName
  readonly fault: FaultKind
  readonly scripts: readonly IssueScript[]
  /** Whether a replica is killed during the fault. */
  readonly kills: boolean
}

/** The faults that a system can have. */
export const listFaults = (system: SystemName): readonly FaultKind[] =>
  system === 'PostgreSQL' ? databaseFaults : faultKinds

/** Every fault of every system. */
export const listAllCells = (random: () => number): readonly Cell[] =>
  systemNames
    .flatMap((system) => listFaults(system).map((fault) => ({ system, fault })))
    .map((cell, index) => buildCell(cell, { index, kinds: everyKind, kills: random() < 0.5 }))

/** Some cells, in which each system and each fault occurs at least once. */
export function drawCells(random: () => number): readonly Cell[] {
  const systems = shuffle(systemNames, random)
  const unused = new Set<FaultKind>(faultKinds)
  const drawn = systems.map((system) => {
    const possible = listFaults(system)
    // The database has the fewest faults to choose from, so it must not take what only others have.
    const fresh = possible.filter((fault) => unused.has(fault))
    const fault = pick(fresh.length > 0 ? fresh : possible, random)
    unused.delete(fault)
    return { system, fault }
  })
  const left = [...unused].map((fault) => ({
    system: pick(
      systemNames.filter((name) => listFaults(name).includes(fault)),
      random,
    ),
    fault,
  }))
  return [...drawn, ...left].map((cell, index) =>
    buildCell(cell, { index, kinds: fewKinds, kills: index % 3 === 1 }),
  )
}

const pick = <T>(from: readonly T[], random: () => number): T =>
  from[Math.floor(random() * from.length)] as T

const shuffle = <T>(values: readonly T[], random: () => number): readonly T[] =>
  values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)

type ScriptKind = Omit<IssueScript, 'issue'>

const fewKinds: readonly ScriptKind[] = [
  { title: 'everything is green', attempts: [{}], ends: [['completed', 'accepted']] },
  {
    title: 'CI is red, and stays so',
    attempts: [{ ci: 'red' }],
    ends: [
      ['needs_iteration', 'ci_failed'],
      ['needs_human', 'attempts_exhausted'],
    ],
  },
  {
    title: 'the judge rejects it once',
    attempts: [{ judge: 'rejects' }, {}],
    ends: [
      ['needs_iteration', 'judge_rejected'],
      ['completed', 'accepted'],
    ],
  },
]

const everyKind: readonly ScriptKind[] = [
  ...fewKinds,
  {
    title: 'a merge conflict',
    attempts: [{ conflict: true }],
    ends: [['needs_human', 'merge_conflict']],
  },
  {
    title: 'the workflow fails once',
    attempts: [{ workflow: 'Failed' }, {}],
    ends: [
      ['needs_iteration', 'workflow_failed'],
      ['completed', 'accepted'],
    ],
  },
  {
    title: 'no pull request is opened at first',
    attempts: [{ pull: 'none' }, {}],
    ends: [
      ['needs_iteration', 'missing_pull_request'],
      ['completed', 'accepted'],
    ],
  },
]

function buildCell(
  cell: Pick<Cell, 'system' | 'fault'>,
  of: { readonly index: number; readonly kinds: readonly ScriptKind[]; readonly kills: boolean },
): Cell {
  const first = of.index * of.kinds.length + 1
  return {
    ...cell,
    kills: of.kills,
    scripts: of.kinds.map((kind, offset) => ({ ...kind, issue: first + offset })),
  }
}

/** Waits that outlast every fault, so that what a run ends with is the truth about it. */
export const faultPolicy = {
  attempts: { max: 2, backoff: ['1s'], infrastructure_max: 5, dispatch_patience: '10m' },
  ci: { wait: '10m', no_checks_grace: '5s' },
  review: { wait: '10m', arrival: '2s', request_after: '1s' },
  judge: { models: ['openai/gpt-5.2'], timeout: '10s', patience: '10m' },
  no_progress: { same_failure: 9, same_diff: 9 },
  patience: { github: '10m', artifacts: '10m', completion: '10m' },
}
