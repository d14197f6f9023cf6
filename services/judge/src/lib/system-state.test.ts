import { describe, expect, test } from 'vitest'
import { type Instant, toInstant } from './instant.ts'
import {
  type CallSubject,
  describeSystem,
  formatSystemReport,
  listSystemChanges,
  noteAnswer,
  noteOutage,
  noteRefusal,
  REFUSAL_MAX_AGE_MS,
  type SystemKnowledge,
  unknownSystem,
} from './system-state.ts'

const start = toInstant('2026-12-05T10:00:00Z')
const after = (millis: number): Instant => toInstant(start + millis)

const call = (over: Partial<CallSubject> = {}): CallSubject => ({
  scope: 'acme',
  object: 'acme/widgets',
  operation: 'readSnapshot',
  writes: false,
  account: 'main',
  ...over,
})
const badToken = {
  scope: null,
  refused: 'credentials',
  answer: '401: Bad credentials',
  remedy: 'set a valid GITHUB_TOKEN',
} as const
const noPermission = {
  scope: 'acme',
  refused: 'permission',
  answer: '403: Resource not accessible',
  remedy: null,
} as const

const formatState = (knowledge: SystemKnowledge): string =>
  formatSystemReport(describeSystem(knowledge))

/** What is reported while the notes are made one after the other. */
function follow(...notes: readonly ((before: SystemKnowledge) => SystemKnowledge)[]) {
  let knowledge = unknownSystem
  const changes = notes.flatMap((note) => {
    const next = note(knowledge)
    const listed = listSystemChanges(knowledge, next)
    knowledge = next
    return listed.map((change) =>
      change.kind === 'refused'
        ? `refused ${change.refusal.scope}`
        : change.kind === 'away'
          ? 'away'
          : `${change.kind} ${change.scope}`,
    )
  })
  return { knowledge, changes }
}
const answered =
  (subject = call(), at = start) =>
  (before: SystemKnowledge) =>
    noteAnswer(before, subject, at)
const refused =
  (subject = call(), refusal: Parameters<typeof noteRefusal>[2] = noPermission, at = start) =>
  (before: SystemKnowledge) =>
    noteRefusal(before, subject, refusal, at)
const away = (before: SystemKnowledge) =>
  noteOutage(before, { scope: null, because: 'answered 502' }, start)

describe('the state of a system', () => {
  const cases: readonly (readonly [string, SystemKnowledge, string])[] = [
    ['never asked', unknownSystem, 'untested'],
    ['answered', follow(answered()).knowledge, 'on'],
    [
      'refused the token',
      follow(answered(), refused(call(), badToken)).knowledge,
      'refused: 401: Bad credentials; set a valid GITHUB_TOKEN',
    ],
    [
      'refused a permission',
      follow(refused()).knowledge,
      'refused: acme: 403: Resource not accessible',
    ],
    ['does not answer', follow(answered(), away).knowledge, 'away: answered 502'],
    [
      'refused a reading, and then did not answer',
      follow(refused(), away).knowledge,
      'refused: acme: 403: Resource not accessible',
    ],
    [
      'refuses a write and does not answer',
      follow(refused(call({ writes: true })), away).knowledge,
      'away: answered 502',
    ],
    [
      'refused two things',
      follow(refused(), refused(call({ operation: 'readDiff' }))).knowledge,
      'refused: acme: 403: Resource not accessible (and 1 other refusal)',
    ],
  ]
  test.each(cases)('that %s', (_name, knowledge, expected) => {
    expect(formatState(knowledge)).toBe(expected)
  })
})

test('a refusal is reported once for each scope, and again after it was over', () => {
  const { changes } = follow(
    refused(),
    refused(call({ operation: 'readDiff' })),
    refused(call({ object: 'acme/other' })),
    refused(call({ scope: 'other', object: 'other/thing' }), { ...noPermission, scope: 'other' }),
    refused(),
    answered(call({ operation: 'readDiff' })),
    answered(call({ object: 'acme/other' })),
    answered(),
    refused(),
  )
  expect(changes).toEqual(['refused acme', 'refused other', 'accepted acme', 'refused acme'])
})

test('refused credentials are reported after a refused write, but not the other way round', () => {
  const write = call({ operation: 'setStatus', writes: true })
  expect(follow(refused(write), refused()).changes).toEqual(['refused acme', 'refused acme'])
  expect(follow(refused(), refused(write)).changes).toEqual(['refused acme'])
})

test('any answer shows that the credentials are valid, for their account only', () => {
  const asker = call({ operation: 'postComment', account: 'review requests', writes: true })
  const heal = follow(refused(call(), badToken), answered(call({ scope: 'other', object: 'o/t' })))
  expect(formatState(heal.knowledge)).toBe('on')
  const kept = follow(refused(asker, badToken), answered())
  expect(formatState(kept.knowledge)).toMatch(/^refused/)
  expect(formatState(follow(refused(asker, badToken), answered(asker)).knowledge)).toBe('on')
})

test('a refused permission is over when the same call succeeds, not when another one does', () => {
  const refusedDiff = refused(call({ operation: 'readDiff' }))
  expect(formatState(follow(refusedDiff, answered()).knowledge)).toMatch(/^refused/)
  expect(formatState(follow(refusedDiff, answered(call({ object: 'a/b' }))).knowledge)).toMatch(
    /^refused/,
  )
  const same = answered(call({ operation: 'readDiff' }))
  expect(formatState(follow(refusedDiff, same).knowledge)).toBe('on')
})

test('a refusal that was not repeated for an hour is over with the next answer of its scope', () => {
  const late = after(REFUSAL_MAX_AGE_MS)
  const of = (scope: string) => answered(call({ scope, operation: 'readFile' }), late)
  expect(formatState(follow(refused(), of('other')).knowledge)).toMatch(/^refused/)
  expect(formatState(follow(refused(), of('acme')).knowledge)).toBe('on')
})

test('an outage begins once and ends with any answer, also with a refusal', () => {
  expect(follow(away, away, answered(), away).changes).toEqual(['away', 'back null', 'away'])
  expect(follow(away, refused()).changes).toEqual(['away', 'refused acme', 'back null'])
})

test('an outage of one part is not ended by another one', () => {
  const outage = (before: SystemKnowledge) =>
    noteOutage(before, { scope: 'openai/gpt-5.2', because: 'answered 503' }, start)
  const other = call({ scope: 'anthropic/claude', object: null, operation: 'ask' })
  expect(formatState(follow(outage, answered(other)).knowledge)).toBe(
    'away: openai/gpt-5.2: answered 503',
  )
})

test('`since` is when the state began, and the last answer is remembered', () => {
  const first = noteAnswer(unknownSystem, call(), start)
  const second = noteAnswer(first, call(), after(5_000))
  expect([second.since, second.lastAnswerAt]).toEqual([start, after(5_000)])
  const gone = noteOutage(second, { scope: null, because: 'answered 502' }, after(9_000))
  const still = noteOutage(gone, { scope: null, because: 'answered 503' }, after(12_000))
  expect([still.since, still.lastAnswerAt]).toEqual([after(9_000), after(5_000)])
  expect(still.outages).toEqual([{ scope: null, because: 'answered 503', since: after(9_000) }])
})

test('the list of refusals stays short', () => {
  const many = Array.from({ length: 500 }, (_, n) => refused(call({ object: `acme/r${n}` })))
  const { knowledge } = follow(...many)
  expect(knowledge.refusals).toHaveLength(100)
  expect(knowledge.refusals.at(-1)?.object).toBe('acme/r499')
})
