import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  diff,
  evidence,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import type { AgentCommand } from '../artifacts/evidence.ts'
import { known, notYet } from '../lib/known.ts'
import type { Enrichment } from '../run/event.ts'
import { claims } from './claims.ts'
import { hygiene } from './hygiene.ts'

/* The two gates that notice and never refuse. */

test('hygiene shows what looks unfinished, with its place', () => {
  const [file] = diff.files
  const lines = [
    { kind: 'added' as const, text: 'function retry(upload) {', oldLine: null, newLine: 7 },
    {
      kind: 'added' as const,
      text: "  throw new Error('not implemented')",
      oldLine: null,
      newLine: 8,
    },
    { kind: 'added' as const, text: '}', oldLine: null, newLine: 9 },
  ]
  const files =
    file === undefined ? [] : [{ ...file, hunks: [{ header: '', heading: '', lines }], added: 3 }]
  const facts = createAcceptedFacts({ diff: known({ ...diff, files }, now) })
  expect(hygiene.evaluate(facts, shipped, now)).toEqual({
    result: 'pass',
    because:
      "1 thing to look at, first of all: something is not implemented: `throw new Error('not implemented')`",
    evidence: [
      {
        kind: 'settled',
        text: "something is not implemented: `throw new Error('not implemented')`",
        path: 'src/upload.ts',
        line: 8,
      },
    ],
  })
})

const withStream = (lastMessage: string | null, commands: readonly AgentCommand[] | null) => {
  if (evidence.stream === null) throw new Error('the sample has no stream')
  const stream = { ...evidence.stream, lastMessage, commands }
  return createAcceptedFacts({ evidence: known({ ...evidence, stream }, now) })
}
const failed: AgentCommand = { command: 'npm test', exitCode: 1, output: null }

test('claims shows each claim with what the commands say, the open ones first', () => {
  const message = 'The build succeeds. All tests pass.'
  const build: AgentCommand = { command: 'npm run build', exitCode: 0, output: null }
  expect(claims.evaluate(withStream(message, [build, failed]), shipped, now)).toMatchObject({
    result: 'pass',
    because: '2 claims of the agent, 1 not supported by its commands',
    evidence: [
      {
        text: 'contradicted: "All tests pass." (the command failed, and did not pass later: npm test)',
      },
      { text: 'supported: "The build succeeds." (the command passed: npm run build)' },
    ],
  })
})

test('the message of a notify counts where the stream has none', () => {
  const enrichment = { lastMessage: 'All tests pass.' } as const
  const facts = withStream(null, [failed])
  const { because } = claims.evaluate(
    { ...facts, enrichment: { ...emptyEnrichment, ...enrichment } },
    shipped,
    now,
  )
  expect(because).toBe('1 claim of the agent, 1 not supported by its commands')
})

const emptyEnrichment: Enrichment = {
  issuedAt: null,
  lastMessage: null,
  judgeOutput: null,
  usage: null,
  excerpts: {},
  outputPaths: {},
}

test.each([
  ['no events', createAcceptedFacts({ evidence: known({ ...evidence, stream: null }, now) })],
  ['no evidence', createAcceptedFacts({ evidence: notYet('later', now) })],
  ['commands that are not known', withStream('All tests pass.', null)],
])('%s: claims cannot be checked, and nothing is found', (_name, facts) => {
  expect(claims.evaluate(facts, shipped, now)).toEqual({
    result: 'pass',
    because: 'the claims of the agent cannot be checked: no events are known',
    evidence: [],
  })
})
