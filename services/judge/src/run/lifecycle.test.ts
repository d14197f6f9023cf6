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

const rowsFrom = (from: Status) => lifecycle.filter((row) => row.from === from)
const listMovers = (from: Status): readonly string[] =>
  [...new Set(rowsFrom(from).map(({ by }) => by))].toSorted()

test('each status of the contract is either open or ended', () => {
  expect([...statuses]).toEqual([...openStatuses, ...terminalStatuses])
  expect(statuses.filter(isOpen)).toEqual([
    'notified',
    'run_complete',
    'waiting_for_ci',
    'waiting_for_review',
    'judging',
  ])
})

test('an ended run is moved only by the listed movers', () => {
  expect(listMovers('superseded')).toEqual([])
  expect(listMovers('completed')).toEqual(['person'])
  expect(listMovers('closed')).toEqual(['github', 'person'])
  expect(listMovers('needs_iteration')).toEqual(['dispatch', 'github', 'person'])
  expect(listMovers('needs_human')).toEqual([
    'github',
    'newer run',
    'person',
    'recovery',
    'silence',
  ])
})

test('only a person, here or on GitHub, or the end of a shared cause reopens an ended run, and never a completed or superseded one', () => {
  const opened = lifecycle.filter(({ from, to }) => from !== null && !isOpen(from) && isOpen(to))
  expect(opened.map(({ from, to, by }) => `${from} → ${to} by ${by}`).toSorted()).toEqual([
    'closed → notified by person',
    'closed → run_complete by github',
    'closed → run_complete by person',
    'needs_human → notified by person',
    'needs_human → notified by recovery',
    'needs_human → run_complete by person',
    'needs_human → run_complete by recovery',
    'needs_iteration → run_complete by person',
  ])
})

test('without a person, needs_iteration leads only to needs_human, and an unanswered question to closed', () => {
  expect(rowsFrom('needs_iteration').filter(({ by }) => by === 'dispatch')).toMatchObject([
    { to: 'needs_human' },
  ])
  expect(rowsFrom('needs_human').filter(({ by }) => by === 'silence')).toMatchObject([
    { to: 'closed' },
  ])
})

test('an announced run is never judged before its completion', () => {
  const unaided = rowsFrom('notified').filter(({ by }) => by !== 'person')
  expect(new Set(unaided.map(({ to }) => to))).toEqual(
    new Set(['run_complete', 'needs_human', 'superseded']),
  )
})

test('a decided run is never superseded, but one that waits for a person is', () => {
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

test('every status can be reached, and every open one left', () => {
  for (const status of statuses) {
    expect([status, lifecycle.some(({ to }) => to === status)]).toEqual([status, true])
    if (isOpen(status)) expect(listMovers(status).length).toBeGreaterThan(0)
  }
})

test('rows are unique, and a transition without a row is rejected', () => {
  const keys = lifecycle.map(({ from, to, by }) => `${from} ${to} ${by}`)
  expect(new Set(keys).size).toBe(keys.length)
  expect(mayMove('superseded', 'completed', 'person')).toBe(false)
  expect(mayMove('completed', 'run_complete', 'person')).toBe(false)
  expect(mayMove('needs_iteration', 'completed', 'decision')).toBe(false)
  expect(mayMove('judging', 'completed', 'decision')).toBe(true)
  expect(mayMove('judging', 'judging', 'wait')).toBe(true)
})
