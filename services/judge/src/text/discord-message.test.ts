import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  type EscalationText,
  escalationMessage,
  identityOf,
  type MessageSubject,
  messageMax,
  reminderMessage,
  resolvedMessage,
  successMessage,
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
const asked: EscalationText = {
  reason: 'The pull request conflicts with its base.',
  question: 'Will you resolve it?',
  options: [
    { id: 'resume', text: 'It is resolved.' },
    { id: 'rerun', text: 'Another attempt.' },
  ],
  recommendation: 'rerun',
  closesAt: '2026-12-05T10:00:00.000Z',
}

test('the messages read like this', () => {
  expect(successMessage(about, 'Every gate passed.')).toMatchSnapshot('success')
  expect(escalationMessage(about, asked)).toMatchSnapshot('escalation')
  expect(reminderMessage(about, asked)).toMatchSnapshot('reminder')
  expect(
    resolvedMessage(about, asked, { by: 'ada', what: 'rerun', note: 'rebase first' }),
  ).toMatchSnapshot('resolved')
})

test('the first lines are the ones others look for', () => {
  expect(successMessage(about, 'x').split('\n')[0]).toBe('✅ Codex completed acme/widgets#41.')
  expect(escalationMessage(about, asked).split('\n')[0]).toBe(
    '⚠️ Codex needs human help for acme/widgets#41.',
  )
})

test('the lines come in their order', () => {
  const keys = (message: string) =>
    message
      .split('\n')
      .slice(1, 7)
      .map((line) => line.split(':')[0])
  expect(keys(successMessage(about, 'x'))).toEqual([
    'Summary',
    'Issue',
    'PR',
    'CI',
    'Run',
    'Artifacts',
  ])
  expect(keys(escalationMessage(about, asked))).toEqual([
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
  expect(escalationMessage(unknown, asked).split('\n')[0]).toBe(
    '⚠️ Codex needs human help for unknown#?.',
  )
})

test('every kind of message about one run is told from the others', () => {
  const again = { ...asked, closesAt: '2027-01-01T00:00:00.000Z' }
  const all = [
    successMessage(about, 'x'),
    escalationMessage(about, asked),
    reminderMessage(about, asked),
    escalationMessage(about, again),
  ]
  expect(new Set(all.map(identityOf)).size).toBe(all.length)
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
  'no text of others rings anybody, adds a line, or bursts the limit',
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
      ...asked,
      reason: why,
      question: name,
      options: [{ id: 'rerun', text: why }],
    }
    const plain = escalationMessage(about, {
      ...asked,
      options: [{ id: 'rerun', text: 'x' }],
    }).split('\n').length
    for (const [message, lines] of [
      [successMessage(subject, why), 7],
      [escalationMessage(subject, text), plain],
      [reminderMessage(subject, text), plain + 1],
      [resolvedMessage(subject, text, { by: name, what: why, note: url }), 8],
    ] as const) {
      expect(message).not.toMatch(/@everyone|@here|<[@#/]/)
      expect(message.length).toBeLessThanOrEqual(messageMax)
      expect(message.isWellFormed()).toBe(true)
      expect(message.split('\n')).toHaveLength(lines)
      expect(message).toContain('\nRun: http://127.0.0.1:8080/runs/0199aaaa\n')
    }
  },
)

property.prop([fc.string({ minLength: 3_000, maxLength: 9_000, unit: 'grapheme' })])(
  'a long summary is cut, the links are not',
  (summary) => {
    const message = successMessage(about, summary)
    expect(message.length).toBeLessThanOrEqual(messageMax)
    expect(message).toContain(
      `Run: ${about.runUrl}\nArtifacts: implementation-changes and implementation-log`,
    )
  },
)

test('with everything as long as it can be, the question and its answers still fit', () => {
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
  const message = reminderMessage(subject, {
    ...asked,
    reason: long('w'),
    question: 'q'.repeat(200),
  })
  expect(message.length).toBeLessThanOrEqual(messageMax)
  expect(message).toContain(
    '\nRecommended: rerun\nIf nobody answers by 2026-12-05T10:00:00.000Z, the run is closed.',
  )
})
