import { expect, test } from 'vitest'
import { type Admission, admitTry, type TryFacts } from './admit-try.ts'
import type { EffectKind } from './effect.ts'

const kinds = [
  'ask',
  'dispatch',
  'discord',
  'status',
  'remember',
  'requestReview',
  'rerunChecks',
] as const satisfies readonly EffectKind[]

const admissible = (kind: EffectKind, changes: Partial<TryFacts> = {}): TryFacts => ({
  kind,
  mode: 'act',
  pauseReason: null,
  runStatus: 'judging',
  isProbe: false,
  newerAttempt: null,
  hasNewerValue: false,
  isOlderInFlight: false,
  ...changes,
})
const admittedKinds = (changes: Partial<TryFacts>) =>
  kinds.filter((kind) => admitTry(admissible(kind, changes)).kind === 'admit')

test.each(kinds)('%s is admitted when nothing stands against it', (kind) => {
  expect(admitTry(admissible(kind))).toEqual({ kind: 'admit' })
})

test.each<[string, Partial<TryFacts>, readonly EffectKind[]]>([
  ['in observe mode, only effects inside the service', { mode: 'observe' }, ['ask', 'remember']],
  [
    'during a pause, everything but asking models and starting attempts',
    { pauseReason: 'an incident' },
    ['discord', 'status', 'remember', 'requestReview', 'rerunChecks'],
  ],
  [
    'for an ended run, everything but asking models',
    { runStatus: 'completed' },
    ['dispatch', 'discord', 'status', 'remember', 'requestReview', 'rerunChecks'],
  ],
  [
    'for an issue with a newer run, everything but starting an attempt',
    { newerAttempt: 3 },
    ['ask', 'discord', 'status', 'remember', 'requestReview', 'rerunChecks'],
  ],
  [
    'with a newer value for the object, everything but statuses and messages',
    { hasNewerValue: true },
    ['ask', 'dispatch', 'remember', 'requestReview', 'rerunChecks'],
  ],
])('%s is admitted', (_when, changes, admitted) => {
  expect(admittedKinds(changes)).toEqual(admitted)
})

test.each<[string, EffectKind, Partial<TryFacts>, Admission]>([
  [
    'an effect is skipped in observe mode, paused or not',
    'dispatch',
    { mode: 'observe', pauseReason: 'an incident' },
    { kind: 'skip', because: 'mode: observe' },
  ],
  [
    'a paused effect waits, even if it is obsolete',
    'ask',
    { pauseReason: 'an incident', runStatus: 'closed' },
    { kind: 'hold', because: 'paused: an incident', wait: 5_000 },
  ],
  [
    'a question of an ended run is replaced',
    'ask',
    { runStatus: 'superseded' },
    { kind: 'replace', because: 'the run has ended, so its verdict is no longer needed' },
  ],
  [
    'a run that needs a person asks a model only to find out whether it answers again',
    'ask',
    { runStatus: 'needs_human', isProbe: true },
    { kind: 'admit' },
  ],
  [
    'a question that was to find that out is replaced once the run has ended for good',
    'ask',
    { runStatus: 'closed', isProbe: true },
    { kind: 'replace', because: 'the run has ended, so its verdict is no longer needed' },
  ],
  [
    'a dispatch is replaced when another run of the issue has arrived',
    'dispatch',
    { newerAttempt: 3, runStatus: 'needs_iteration' },
    { kind: 'replace', because: 'another run of the issue arrived (attempt 3)' },
  ],
  [
    'a status with a newer one is replaced, though an older one is in flight',
    'status',
    { hasNewerValue: true, isOlderInFlight: true },
    { kind: 'replace', because: 'a newer status of the same commit replaces it' },
  ],
  [
    'the newest status waits for an older one that is in flight',
    'status',
    { isOlderInFlight: true },
    { kind: 'hold', because: null, wait: 500 },
  ],
])('%s', (_guarantee, kind, changes, admission) => {
  expect(admitTry(admissible(kind, changes))).toEqual(admission)
})
