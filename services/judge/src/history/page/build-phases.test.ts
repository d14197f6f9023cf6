import { expect, test } from 'vitest'
import { buildPhases, type PhaseInput } from './build-phases.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 30, 8, minute)).toISOString()
const input: PhaseInput = {
  run: {
    startedAt: at(0),
    finishedAt: at(30),
    status: 'waiting_for_review',
    phase: 'Succeeded',
    reviewStatus: 'pending',
    wait: { for: 'review', since: at(40), deadline: at(59), usualSeconds: 60 },
    decidedAt: null,
  },
  transitions: [
    { to: 'run_complete', at: at(30) },
    { to: 'waiting_for_ci', at: at(31) },
    { to: 'run_complete', at: at(35) },
    { to: 'waiting_for_ci', at: at(36) },
    { to: 'waiting_for_review', at: at(40) },
  ],
  artifacts: [{ state: 'found' }, { state: 'missing' }],
  checks: [{ name: 'unit', conclusion: 'success' }],
  verdicts: [],
  dispatchedAt: null,
  usual: { ci: 120 },
  now: new Date(at(50)),
}
const show = (over: Partial<PhaseInput> = {}) =>
  buildPhases({ ...input, ...over }).map(
    ({ name, seconds, fact, running }) => `${name} ${seconds} ${fact}${running ? ' …' : ''}`,
  )

test('each part has the sum of its times, and one that runs goes on until now', () => {
  expect(show()).toEqual([
    'agent 1800 Succeeded',
    'evidence 120 1 artifact',
    'ci 480 1 check passed',
    'review 600 pending …',
    'judge null not asked',
    'pause null none',
  ])
  expect(buildPhases(input)[2]).toMatchObject({
    usualSeconds: 120,
    startedAt: at(31),
    endedAt: at(40),
  })
})

test('the pause ends with the dispatch that was accepted', () => {
  const transitions = [...input.transitions, { to: 'needs_iteration', at: at(45) }]
  const wait = { for: 'dispatch', since: at(45), deadline: at(48), usualSeconds: null }
  expect(show({ transitions, run: { ...input.run, wait } }).at(-1)).toBe(
    'pause 300 before the next attempt …',
  )
  expect(
    show({ transitions, dispatchedAt: at(48), run: { ...input.run, wait: null } }).at(-1),
  ).toBe('pause 180 before the next attempt')
})
