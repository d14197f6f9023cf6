import { expect, test } from 'vitest'
import { buildTimeline, type TimelineInput } from './build-timeline.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 30, 8, minute))
const input: TimelineInput = {
  startedAt: at(0),
  finishedAt: at(30),
  phase: 'Succeeded',
  transitions: [
    { at: at(31), from: null, to: 'run_complete', because: 'heard', causedBy: 'inbox:1' },
    { at: at(32), from: 'run_complete', to: 'waiting_for_ci', because: 'unit', causedBy: 'timer' },
    { at: at(40), from: 'waiting_for_ci', to: 'waiting_for_ci', because: 'x', causedBy: 'timer' },
    { at: at(42), from: 'waiting_for_ci', to: 'closed', because: 'no', causedBy: 'person:ana' },
  ],
  effects: [
    { at: at(43), kind: 'status', state: 'done', because: null, subject: 'Closed' },
    { at: at(44), kind: 'dispatch', state: 'replaced', because: 'not wanted', subject: null },
  ],
  people: [{ at: at(42), actor: 'ana', effect: 'stopped the run', note: 'wrong issue' }],
  signals: [],
  readings: [],
  tries: [],
}
const show = (over: Partial<TimelineInput> = {}) =>
  buildTimeline({ ...input, ...over }).map(
    ({ at: time, kind, text }) => `${time.slice(14, 16)} ${kind}: ${text}`,
  )

test('everything stands in the order in which it happened, people with their words', () => {
  expect(show()).toEqual([
    '00 step: The workflow started',
    '30 step: The workflow ended: Succeeded',
    '31 step: Gathering evidence: heard',
    '32 step: Waiting for CI: unit',
    '42 person: ana stopped the run',
    '42 step: Closed: no',
    '43 effect: The commit status was set: Closed',
    '44 effect: The next attempt is replaced',
  ])
  const entries = buildTimeline(input)
  expect(entries.find(({ kind }) => kind === 'person')).toMatchObject({
    actor: 'ana',
    note: 'wrong issue',
  })
  expect(entries.find(({ text }) => text === 'Closed: no')).toMatchObject({ actor: 'ana' })
  expect(entries.find(({ text }) => text === 'Waiting for CI: unit')?.waited?.seconds).toBe(60)
})

test('the whole timeline has signals, first readings and tries, too', () => {
  expect(
    show({
      signals: [{ at: at(33), source: 'github', because: 'check_run' }],
      readings: [{ at: at(34), kind: 'repository_policy', commit: 'a'.repeat(40) }],
      tries: [{ at: at(35), kind: 'ask', number: 2, outcome: null, error: null }],
    }).slice(4, 7),
  ).toEqual([
    '33 signal: Heard: github',
    '34 reading: Read: repository policy of aaaaaaa',
    '35 try: The judge: try 2 got no answer yet',
  ])
})
