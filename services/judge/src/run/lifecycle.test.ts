import { expect, test } from 'vitest'
import {
  isOpen,
  lifecycle,
  mayMove,
  openStatuses,
  type Status,
  statuses,
  terminalStatuses,
} from './lifecycle.ts'

const leaving = (from: Status) => lifecycle.filter((row) => row.from === from)
const ways = (from: Status): readonly string[] =>
  [...new Set(leaving(from).map(({ by }) => by))].toSorted()

test('the statuses are those of the contract, each either open or ended', () => {
  expect([...statuses]).toEqual([...openStatuses, ...terminalStatuses])
  expect(statuses.filter(isOpen)).toEqual([
    'notified',
    'run_complete',
    'waiting_for_ci',
    'waiting_for_review',
    'judging',
  ])
})

test('ended means ended: who may still move such a run', () => {
  expect(ways('superseded')).toEqual([])
  expect(ways('completed')).toEqual(['person'])
  expect(ways('closed')).toEqual(['person'])
  expect(ways('needs_iteration')).toEqual(['dispatch', 'person'])
  expect(ways('needs_human')).toEqual(['newer run', 'person', 'silence'])
})

test('only a person opens an ended run, and never a completed or superseded one', () => {
  const opened = lifecycle.filter(({ from, to }) => from !== null && !isOpen(from) && isOpen(to))
  expect(opened.map(({ from, to, by }) => `${from} → ${to} by ${by}`).toSorted()).toEqual([
    'closed → notified by person',
    'closed → run_complete by person',
    'needs_human → notified by person',
    'needs_human → run_complete by person',
    'needs_iteration → run_complete by person',
  ])
})

test('beside people, needs_iteration only leads to needs_human, and unanswered questions to closed', () => {
  expect(leaving('needs_iteration').filter(({ by }) => by === 'dispatch')).toMatchObject([
    { to: 'needs_human' },
  ])
  expect(leaving('needs_human').filter(({ by }) => by === 'silence')).toMatchObject([
    { to: 'closed' },
  ])
})

test('an announced run is never judged: it gets its completion, a person, or a newer run', () => {
  const unaided = leaving('notified').filter(({ by }) => by !== 'person')
  expect(new Set(unaided.map(({ to }) => to))).toEqual(
    new Set(['run_complete', 'needs_human', 'superseded']),
  )
})

test('a run that was decided is never superseded, but one that waits for a person is', () => {
  const superseded = lifecycle
    .filter(({ to, by }) => to === 'superseded' && by === 'newer run')
    .map(({ from }) => from)
  expect(superseded.toSorted()).toEqual([
    'judging',
    'needs_human',
    'notified',
    'run_complete',
    'waiting_for_ci',
    'waiting_for_review',
  ])
})

test('every open status can be reached and left, every ended one reached', () => {
  for (const status of statuses) {
    expect([status, lifecycle.some(({ to }) => to === status)]).toEqual([status, true])
    if (isOpen(status)) expect(ways(status).length).toBeGreaterThan(0)
  }
})

test('no row stands twice, and what no row names is refused', () => {
  const keys = lifecycle.map(({ from, to, by }) => `${from} ${to} ${by}`)
  expect(new Set(keys).size).toBe(keys.length)
  expect(mayMove('superseded', 'completed', 'person')).toBe(false)
  expect(mayMove('completed', 'run_complete', 'person')).toBe(false)
  expect(mayMove('needs_iteration', 'completed', 'decision')).toBe(false)
  expect(mayMove('judging', 'completed', 'decision')).toBe(true)
  expect(mayMove('judging', 'judging', 'wait')).toBe(true)
})
