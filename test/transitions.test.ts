import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lifecycle } from '../services/judge/src/run/lifecycle.ts'
import { formatTransition } from './harness/format-transition.ts'
import { root } from './harness/sources.ts'
import { takenBy } from './scenarios/transitions.ts'

const listed = Object.values(takenBy).flat()

test('every transition of the lifecycle is taken by a story, and no story takes any other', () => {
  const known = lifecycle.map(({ from, to, by }) => formatTransition(from, to, by === 'person'))
  expect(known.filter((one) => !listed.includes(one))).toEqual([])
  expect(listed.filter((one) => !known.includes(one))).toEqual([])
})

test('each transition is one row of the lifecycle: from, to, and what moved it', () => {
  const known = lifecycle.map(({ from, to, by }) => `${from} → ${to} by ${by}`)
  expect(known.filter((one, index) => known.indexOf(one) !== index)).toEqual([])
})

test('every file that lists transitions exists', () => {
  const there = readdirSync(join(root, 'test/scenarios'))
  expect(Object.keys(takenBy).filter((file) => !there.includes(file))).toEqual([])
})
