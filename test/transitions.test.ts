import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lifecycle } from '../services/judge/src/run/lifecycle.ts'
import { root } from './harness/sources.ts'
import { transitionName } from './harness/transition-name.ts'
import { takenBy } from './scenarios/transitions.ts'

const listed = Object.values(takenBy).flat()

test('every transition of a run’s life is taken by some story, and none is taken that the lifecycle does not know', () => {
  const known = lifecycle.map(({ from, to, by }) => transitionName(from, to, by === 'person'))
  expect(known.filter((one) => !listed.includes(one))).toEqual([])
  expect(listed.filter((one) => !known.includes(one))).toEqual([])
})

test('a transition of the lifecycle is one row: from, to, and whether a person moved it', () => {
  const known = lifecycle.map(({ from, to, by }) => transitionName(from, to, by === 'person'))
  expect(known.filter((one, index) => known.indexOf(one) !== index)).toEqual([])
})

test('every file that is held to transitions is there, and so is held', () => {
  const there = readdirSync(join(root, 'test/scenarios'))
  expect(Object.keys(takenBy).filter((file) => !there.includes(file))).toEqual([])
})
