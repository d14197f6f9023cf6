import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { toInstant } from '../lib/instant.ts'
import { formatSpan } from './format-span.ts'
import { paintAnsi, paintNothing } from './paint.ts'
import { renderRun } from './render-run.ts'
import type { RunPage } from './run-page.ts'
import type { Screen } from './screen.ts'

const url = 'https://judge.example/runs/r1'
const now = toInstant('2026-11-30T10:00:00Z')
const narrow: Screen = { columns: 60, paint: paintNothing, now }

const page: RunPage = {
  run: {
    id: 'r1',
    repository: 'acme/widgets',
    issueNumber: 2135,
    issueTitle: 'Uploader gives up after the first 503',
    attempt: 1,
    attemptsMax: 3,
    status: 'needs_iteration',
    statusWords: 'Needs another attempt',
    headline: '2 review threads are open on 691b448',
    next: { text: 'Attempt 2 starts at 08:56.', at: null, needsYou: false },
    prNumber: 2140,
    prUrl: 'https://github.com/acme/widgets/pull/2140',
    commitSha: '691b448aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    costUsd: 0.25,
    updatedAt: '2026-11-30T08:51:57Z',
  },
  blockers: [
    {
      kind: 'thread',
      title: 'Honour Retry-After between attempts',
      text: 'The three attempts follow each other at once.',
      severity: 'P1',
      path: 'src/uploader.ts',
      line: 9,
      url: 'https://github.com/acme/widgets/pull/2140#discussion_r1',
      owner: { kind: 'agent', name: 'the agent' },
      since: '2026-11-30T08:48:00Z',
      until: null,
      afterwards: null,
      excerpt: {
        lines: [
          { number: 9, kind: 'added', text: '\tif (answer.status !== 503) return' },
          { number: 10, kind: 'context', text: '}' },
        ],
        truncated: true,
      },
      became: { result: 'obeyed', because: 'it waits as long as it is asked to' },
    },
    {
      kind: 'wait',
      title: 'The review of the Codex reviewer',
      text: '',
      severity: null,
      path: null,
      line: null,
      url: null,
      owner: { kind: 'reviewer', name: 'chatgpt-codex-connector' },
      since: null,
      until: '2026-11-30T10:21:00Z',
      afterwards: 'a person is asked',
      excerpt: null,
      became: null,
    },
  ],
  actions: [
    { name: 'rerun', allowed: true, because: null, effect: 'Dispatches attempt 2 of 3.' },
    { name: 'stop', allowed: false, because: 'It has ended.', effect: 'Ends the run.' },
  ],
  phases: [
    { name: 'agent', seconds: 1898, fact: 'Succeeded', running: false },
    { name: 'review', seconds: 843, fact: '', running: true },
    { name: 'judge', seconds: null, fact: 'not asked', running: false },
  ],
  attempts: [
    { id: 'r1', attempt: 1, status: 'needs_iteration', seconds: 3120 },
    { id: 'r2', attempt: 2, status: 'judging', seconds: null },
  ],
  gates: [
    { name: 'metadata', result: 'pass', because: 'all there' },
    { name: 'review', result: 'refuse', because: '2 review threads are not resolved' },
    { name: 'behind', result: 'wait', because: 'GitHub has not said yet' },
  ],
  verdicts: [
    {
      model: 'openai/gpt-5.2',
      decision: 'fail',
      confidence: 0.9,
      costUsd: 0.25,
      acted: true,
      valid: true,
      because: null,
      requirements: [
        {
          requirement: '1. Add a retry budget',
          met: true,
          citations: [
            { path: 'src/a.ts', line: 3, quote: 'budget', holds: true, because: null },
            { path: 'src/a.ts', line: 99, quote: 'x', holds: false, because: 'no such line' },
            { path: 'src/b.ts', line: null, quote: 'y', holds: null, because: null },
          ],
        },
      ],
    },
  ],
  checks: [
    { name: 'lint', conclusion: 'success', url: null, log: null },
    {
      name: 'unit',
      conclusion: 'failure',
      url: 'https://ci.example/1',
      log: {
        lines: Array.from({ length: 20 }, (_, index) => `line ${index}`),
        errorLine: 12,
      },
    },
  ],
}

test('a page says what happened, why, what would change it, and what one may do', () => {
  expect(renderRun(page, { url }, narrow).join('\n')).toMatchSnapshot()
})

test('parts that there are not take no room', () => {
  const bare: RunPage = {
    ...page,
    run: { ...page.run, issueTitle: null, prUrl: null, commitSha: null, costUsd: 0 },
    blockers: [],
    actions: [],
    phases: [],
    attempts: [],
    gates: [],
    verdicts: [],
    checks: [],
  }
  expect(renderRun(bare, { url }, narrow)).toEqual([
    '↻ Needs another attempt: 2 review threads are open on',
    '  691b448',
    '  Attempt 2 starts at 08:56.',
    '',
    '  acme/widgets#2135',
    '  attempt 1 of 3',
    `  ${url}`,
  ])
})

test('colours change nothing but the colours', () => {
  const esc = String.fromCharCode(27)
  const painted = renderRun(page, { url }, { ...narrow, paint: paintAnsi }).join('\n')
  expect(painted).toContain(`${esc}[`)
  expect(painted.replaceAll(new RegExp(`${esc}\\[[0-9;]*m`, 'g'), '')).toBe(
    renderRun(page, { url }, narrow).join('\n'),
  )
})

const hostile = fc.string({ unit: 'binary', maxLength: 200 })
property.prop([hostile, hostile, fc.integer({ min: 40, max: 120 })])(
  'no text from outside can control the terminal, or add a line that begins like ours',
  (words, code, columns) => {
    const [blocker] = page.blockers
    if (blocker === undefined) throw new Error('the sample has no blocker')
    const rendered = renderRun(
      {
        ...page,
        run: { ...page.run, issueTitle: words, headline: words, repository: words },
        blockers: [
          {
            ...blocker,
            title: words,
            text: words,
            path: words,
            excerpt: { lines: [{ number: 1, kind: 'added', text: code }], truncated: false },
          },
        ],
        checks: [
          { name: words, conclusion: code, url: words, log: { lines: [code], errorLine: 0 } },
        ],
        gates: [{ name: words, result: 'refuse', because: words }],
      },
      { url },
      { ...narrow, columns },
    )
    const text = rendered.join('\n')
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u)
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
    expect(rendered.filter((line) => line.startsWith('↻'))).toHaveLength(1)
  },
)

test('a length of time has its two largest units', () => {
  const spans = [0, 0.42, 8, 60, 492, 3900, 86_400, 93_600, -1]
  expect(spans.map(formatSpan)).toEqual([
    '0.0 s',
    '0.4 s',
    '8 s',
    '1 min',
    '8 min 12 s',
    '1 h 05 min',
    '1 d',
    '1 d 2 h',
    '0.0 s',
  ])
})
