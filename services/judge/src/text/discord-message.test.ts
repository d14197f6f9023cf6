import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { toInstant } from '../lib/instant.ts'
import {
  buildEscalationMessage,
  buildReminderMessage,
  buildResolvedMessage,
  buildSuccessMessage,
  type EscalationText,
  identifyMessage,
  MAX_MESSAGE_CHARS,
  type MessageSubject,
} from './discord-message.ts'

const about: MessageSubject = {
  repository: 'acme/widgets',
  issueNumber: 41,
  issueUrl: 'https://github.com/acme/widgets/issues/41',
  prNumber: 7,
  prUrl: 'https://github.com/acme/widgets/pull/7',
  ci: { status: 'success', url: 'https://github.com/acme/widgets/actions/runs/5' },
  runUrl: 'http://127.0.0.1:8080/runs/0199aaaa',
  artifacts: ['implementation-changes', 'implementation-log'],
}
const escalation: EscalationText = {
  reason: 'The pull request conflicts with its base.',
  question: 'Will you resolve it?',
  options: [
    { id: 'resume', text: 'It is resolved.' },
    { id: 'rerun', text: 'Another attempt.' },
  ],
  recommendation: 'rerun',
  closesAt: toInstant('2026-12-05T10:00:00.000Z'),
  retryEvery: null,
}

test('the texts of the messages', () => {
  expect(buildSuccessMessage(about, 'Every gate passed.')).toMatchSnapshot('success')
  expect(buildEscalationMessage(about, escalation)).toMatchSnapshot('escalation')
  expect(buildReminderMessage(about, escalation)).toMatchSnapshot('reminder')
  expect(
    buildResolvedMessage(about, escalation, { by: 'ada', what: 'rerun', note: 'rebase first' }),
  ).toMatchSnapshot('resolved')
})

test('the first lines are those that other programs look for', () => {
  expect(buildSuccessMessage(about, 'x').split('\n')[0]).toBe('✅ Codex completed acme/widgets#41.')
  expect(buildEscalationMessage(about, escalation).split('\n')[0]).toBe(
    '⚠️ Codex needs human help for acme/widgets#41.',
  )
})

test('the lines have a fixed order', () => {
  const keys = (message: string) =>
    message
      .split('\n')
      .slice(1, 7)
      .map((line) => line.split(':')[0])
  expect(keys(buildSuccessMessage(about, 'x'))).toEqual([
    'Summary',
    'Issue',
    'PR',
    'CI',
    'Run',
    'Artifacts',
  ])
  expect(keys(buildEscalationMessage(about, escalation))).toEqual([
    'Reason',
    'Issue',
    'PR',
    'CI',
    'Run',
    'Artifacts',
  ])
})

test('a run of unknown repository and issue is unknown#?', () => {
  const unknown = {
    ...about,
    repository: null,
    issueNumber: null,
    issueUrl: null,
    prNumber: null,
    prUrl: null,
    ci: null,
    artifacts: [],
  }
  expect(buildEscalationMessage(unknown, escalation).split('\n')[0]).toBe(
    '⚠️ Codex needs human help for unknown#?.',
  )
})

test('every message about one run is distinguished from the others', () => {
  const again = { ...escalation, closesAt: toInstant('2027-01-01T00:00:00.000Z') }
  const all = [
    buildSuccessMessage(about, 'x'),
    buildEscalationMessage(about, escalation),
    buildReminderMessage(about, escalation),
    buildEscalationMessage(about, again),
  ]
  expect(new Set(all.map(identifyMessage)).size).toBe(all.length)
})

/* The messages of earlier versions, which may still be in a channel. */
const earlier = {
  escalation: `⚠️ Codex needs human help for acme/widgets#41.
Reason: The pull request conflicts with its base.
Issue: https://github.com/acme/widgets/issues/41
PR: https://github.com/acme/widgets/pull/7
CI: success https://github.com/acme/widgets/actions/runs/5
Run: http://127.0.0.1:8080/runs/0199aaaa
Artifacts: implementation-changes and implementation-log
Question: Will you resolve it?
- resume: It is resolved.
- rerun: Another attempt.
Recommended: rerun
If nobody answers by 2026-12-05T10:00:00.000Z, the run is closed.`,
  reminder: `⚠️ Codex needs human help for acme/widgets#41.
Reason: The pull request conflicts with its base.
Issue: https://github.com/acme/widgets/issues/41
PR: https://github.com/acme/widgets/pull/7
CI: success https://github.com/acme/widgets/actions/runs/5
Run: http://127.0.0.1:8080/runs/0199aaaa
Artifacts: implementation-changes and implementation-log
Reminder: this question has not been answered.
Question: Will you resolve it?
- resume: It is resolved.
- rerun: Another attempt.
Recommended: rerun
If nobody answers by 2026-12-05T10:00:00.000Z, the run is closed.`,
}

test('a message of an earlier version is recognized as the same message', () => {
  expect(identifyMessage(earlier.escalation)).toBe(
    identifyMessage(buildEscalationMessage(about, escalation)),
  )
  expect(identifyMessage(earlier.reminder)).toBe(
    identifyMessage(buildReminderMessage(about, escalation)),
  )
  const again = { ...escalation, closesAt: toInstant('2026-12-05T10:01:00Z') }
  expect(identifyMessage(earlier.escalation)).not.toBe(
    identifyMessage(buildEscalationMessage(about, again)),
  )
  expect(identifyMessage(earlier.escalation)).not.toBe(identifyMessage(earlier.reminder))
})

const nasty = fc.string({
  unit: fc.constantFrom(
    '@everyone',
    '@here',
    '<@123>',
    '<@!1>',
    '<@&5>',
    '<#9>',
    '</x:1>',
    '](',
    '\n',
    '\r',
    '\u2028',
    'Run: x',
    '@',
    '<',
    '💥',
    '\u0000',
    '\ud800',
    'a',
    ' ',
  ),
  maxLength: 400,
})

property.prop([nasty, nasty, nasty])(
  'no untrusted text mentions anyone, adds a line or exceeds the limit',
  (why, name, url) => {
    const subject: MessageSubject = {
      ...about,
      repository: name,
      issueUrl: url,
      prUrl: `https://x.example/${url}`,
      ci: { status: name, url: `https://${url}` },
      artifacts: [name, why, url],
    }
    const text: EscalationText = {
      ...escalation,
      reason: why,
      question: name,
      options: [{ id: 'rerun', text: why }],
    }
    const plain = buildEscalationMessage(about, {
      ...escalation,
      options: [{ id: 'rerun', text: 'x' }],
    }).split('\n').length
    for (const [message, lines] of [
      [buildSuccessMessage(subject, why), 7],
      [buildEscalationMessage(subject, text), plain],
      [buildReminderMessage(subject, text), plain + 1],
      [buildResolvedMessage(subject, text, { by: name, what: why, note: url }), 8],
    ] as const) {
      expect(message).not.toMatch(/@everyone|@here|<[@#/]/)
      expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS)
      expect(message.isWellFormed()).toBe(true)
      expect(message.split('\n')).toHaveLength(lines)
      expect(message).toContain('\nRun: http://127.0.0.1:8080/runs/0199aaaa\n')
    }
  },
)

property.prop([fc.string({ minLength: 3_000, maxLength: 9_000, unit: 'grapheme' })])(
  'a long summary is cut, the links are not',
  (summary) => {
    const message = buildSuccessMessage(about, summary)
    expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS)
    expect(message).toContain(
      `Run: ${about.runUrl}\nArtifacts: implementation-changes and implementation-log`,
    )
  },
)

test('the question and its options fit even if everything has its maximum length', () => {
  const long = (character: string) => character.repeat(9_000)
  const url = `https://x.example/${'u'.repeat(200)}`
  const subject: MessageSubject = {
    ...about,
    repository: long('r'),
    issueUrl: url,
    prUrl: url,
    ci: { status: long('s'), url },
    runUrl: `http://judge.example/runs/${'i'.repeat(60)}`,
    artifacts: [long('a')],
  }
  const message = buildReminderMessage(subject, {
    ...escalation,
    reason: long('w'),
    question: 'q'.repeat(200),
  })
  expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS)
  expect(message).toContain(
    '\nRecommended: rerun\nThe run closes on 2026-12-05 10:00 UTC unless someone answers.',
  )
})
