import { expect, test } from 'vitest'
import type { Json } from '../../lib/json.ts'
import { MAX_EXCERPT_CHARS } from './notify.ts'
import { isReadable, parseMessage } from './parse-message.ts'

function event(body: Json) {
  const parsed = parseMessage(
    { source: 'notify', transport: 'http', headers: {}, body: Buffer.from(JSON.stringify(body)) },
    { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
  )
  if (parsed.kind !== 'one' || !isReadable(parsed.message))
    throw new Error('a notify is one message')
  const { event } = parsed.message
  if (event !== null && event.kind !== 'run.enriched' && event.kind !== 'stage.reported')
    throw new Error(`a notify never is ${event.kind}`)
  return event
}

const snake = {
  type: 'agent-turn-complete',
  repository: 'acme/widgets',
  issue_number: '123',
  base_branch: 'main',
  head_branch: 'codex/issue-123',
  workflow_name: 'w-1',
  workflow_namespace: 'agents',
  session_id: 'session',
  prompt: 'do it',
  input_messages: ['do it'],
  last_assistant_message: 'done',
  log_excerpt: { output: 'o', events: 'e', agent: 'a', runtime: 'r', status: 's', other: 'x' },
  output_paths: { log: '/w/log', bad: 7 },
  issued_at: '2026-11-20T08:31:00Z',
  commit_sha: 'abcdef1234567890abcdef1234567890abcdef12',
  pr_number: 44,
  stage: 'implementation',
  judge_output: { verdict: 'fine' },
}
const camel = (key: string): string =>
  key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())

test('every claim and text that the wrapper posts is read', () => {
  expect(event(snake)).toMatchObject({
    kind: 'run.enriched',
    claims: {
      repository: 'acme/widgets',
      issueNumber: 123,
      branch: 'codex/issue-123',
      base: 'main',
      workflowName: 'w-1',
      workflowNamespace: 'agents',
      workflowUid: null,
      sessionId: 'session',
      prompt: 'do it',
      reportedCommit: snake.commit_sha,
      reportedPrNumber: 44,
      phase: null,
      finishedAt: null,
    },
    provenance: { repository: 'notify' },
    enrichment: {
      issuedAt: Date.UTC(2026, 10, 20, 8, 31),
      lastMessage: 'done',
      judgeOutput: '{"verdict":"fine"}',
      usage: null,
      excerpts: { output: 'o', events: 'e', agent: 'a', runtime: 'r', status: 's' },
      outputPaths: { log: '/w/log', bad: '7' },
    },
  })
})

test('camelCase names mean the same, and `logs` is another name of the excerpts', () => {
  const { log_excerpt, ...rest } = snake
  const camelCased = Object.fromEntries(
    Object.entries({ ...rest, logs: log_excerpt }).map(([key, value]) => [camel(key), value]),
  )
  expect(event(camelCased)).toEqual(event(snake))
})

test('a notification of Codex itself names thread, turn and last message', () => {
  expect(
    event({
      type: 'agent-turn-complete',
      'thread-id': 't',
      'turn-id': 'u',
      cwd: '/w',
      client: 'codex_exec',
      'input-messages': ['hi'],
      'last-assistant-message': 'Line one\né 日本語',
    }),
  ).toMatchObject({
    kind: 'run.enriched',
    claims: { threadId: 't', turnId: 'u', repository: null, prompt: null },
    enrichment: { lastMessage: 'Line one\né 日本語' },
  })
})

test('each excerpt keeps its last 12,000 characters, and never half of one', () => {
  const long = `${'x'.repeat(20_000)}${'😀'.repeat(MAX_EXCERPT_CHARS / 2)}`
  const { excerpts } =
    event({ logs: { output: `${long}!`, agent: ['one', 'two'], runtime: 'short' } })?.enrichment ??
    {}
  expect(excerpts?.output).toHaveLength(MAX_EXCERPT_CHARS - 1)
  expect(excerpts?.output?.isWellFormed()).toBe(true)
  expect(excerpts?.output?.endsWith('😀!')).toBe(true)
  expect(excerpts).toMatchObject({ agent: 'one\ntwo', runtime: 'short' })
  expect(event({ log_excerpt: 'all in one' })?.enrichment?.excerpts).toEqual({
    output: 'all in one',
  })
})

test('a small notification has its own fields, and nothing in place of the others', () => {
  expect(
    event({
      workflow_name: 'w-1',
      workflow_namespace: 'agents',
      review_status: 'approved',
      issue_number: '',
      prompt: null,
      log_excerpt: {},
    }),
  ).toMatchObject({
    claims: { workflowName: 'w-1', issueNumber: null, prompt: null },
    enrichment: { lastMessage: null, judgeOutput: null, excerpts: {}, outputPaths: {} },
  })
})

test.each([
  [{ input_tokens: 3004, cached_input_tokens: 1500, output_tokens: 18 }, [3004, 1500, 18, 0]],
  [{ inputTokens: '7', outputTokens: 2, reasoningOutputTokens: 1 }, [7, 0, 2, 1]],
  ['{"input_tokens":0,"output_tokens":0}', [0, 0, 0, 0]],
])('the usage %j is the tokens of the thread', (usage, [input, cached, output, reasoning]) => {
  expect(event({ workflow_name: 'w-1', usage })).toMatchObject({
    enrichment: {
      usage: {
        inputTokens: input,
        cachedInputTokens: cached,
        outputTokens: output,
        reasoningOutputTokens: reasoning,
      },
    },
  })
})

test.each([[{}], [{ input_tokens: -3 }], [{ input_tokens: 'many' }], ['x'], [null], [7]])(
  'the usage %j is none',
  (usage) => {
    expect(event({ workflow_name: 'w-1', usage, last_assistant_message: 'done' })).toMatchObject({
      enrichment: { usage: null },
    })
  },
)

test('a notification never completes a run, and one of another stage is no attempt', () => {
  expect(event({ ...snake, status: { phase: 'Succeeded' }, phase: 'Succeeded' })).toMatchObject({
    kind: 'run.enriched',
    claims: { phase: null },
  })
  expect(event({ ...snake, stage: 'judge' })?.kind).toBe('stage.reported')
})

test('a notification without a known field is ignored', () => {
  expect(event({})).toBeNull()
  expect(event({ hello: 'world' })).toBeNull()
})
