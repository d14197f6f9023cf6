import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { memoriesInput as input, run } from '../../../../test/harness/text-samples.ts'
import { buildMemories } from './memories.ts'
import { memoryKinds } from './memory.ts'
import { MAX_CONTENT_CHARS } from './memory-texts.ts'

test('the texts of the ten memories of a run', () => {
  expect(buildMemories(input).map(({ kind, summary }) => `${kind}: ${summary}`)).toMatchSnapshot()
  expect(buildMemories(input)[0]).toMatchSnapshot('run summary')
})

test('a run has exactly ten memories, one of each kind in order and none empty, whatever is missing', () => {
  const bare = {
    ...input,
    evidence: null,
    enrichment: null,
    review: null,
    pullRequest: null,
    diff: null,
    nextPrompt: null,
    ciUrl: null,
    results: [],
    run: { ...run, claims: { ...run.claims, prompt: null, workflowName: null } },
  }
  for (const memories of [buildMemories(input), buildMemories(bare)]) {
    expect(memories.map(({ kind }) => kind)).toEqual([...memoryKinds])
    for (const { content, summary } of memories)
      expect(Math.min(content.trim().length, summary.trim().length)).toBeGreaterThan(0)
  }
})

test('each memory has tags to find it by, and metadata with times and addresses', () => {
  for (const { namespace, tags, metadata } of buildMemories(input)) {
    expect(namespace).toBe('codex:acme/widgets:41')
    expect(tags).toEqual(
      expect.arrayContaining([
        'issue:41',
        'repo:acme/widgets',
        'workflow:codex-implementation-k4x9p',
        'attempt:2',
        'status:needs_iteration',
        'stage:implementation',
      ]),
    )
    expect(metadata).toMatchObject({
      commit: run.commitSha,
      ciUrl: input.ciUrl,
      workflowName: 'codex-implementation-k4x9p',
      startedAt: '2026-11-21T10:00:00.000Z',
      finishedAt: '2026-11-21T10:00:00.000Z',
    })
  }
})

test('a run of an unknown repository or issue has no memories', () => {
  expect(
    buildMemories({ ...input, run: { ...run, claims: { ...run.claims, repository: null } } }),
  ).toEqual([])
  expect(
    buildMemories({ ...input, run: { ...run, claims: { ...run.claims, issueNumber: null } } }),
  ).toEqual([])
})

property.prop([
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300, size: 'max' }),
  fc.integer({ min: 1, max: 400 }),
])('every memory is within its limits and storable, whatever the evidence', (text, times) => {
  const long = text.repeat(times)
  const memories = buildMemories({
    ...input,
    outcome: { ...input.outcome, because: long },
    nextPrompt: long,
    evidence: input.evidence && {
      ...input.evidence,
      logs: { log: long, agent: long, runtime: long },
    },
    run: { ...run, claims: { ...run.claims, prompt: long } },
  })
  expect(memories).toHaveLength(10)
  for (const { content, summary } of memories) {
    expect(content.length).toBeLessThanOrEqual(MAX_CONTENT_CHARS)
    expect(summary.length).toBeLessThanOrEqual(5_000)
    expect(summary.match(/[.!?](?=\s+\S)/g)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(`${summary}${content}`).not.toContain('\u0000')
    expect(`${summary}${content}`.isWellFormed()).toBe(true)
  }
})

test('a long prompt keeps its start, and a long log its end', () => {
  const long = `first${'x'.repeat(1_000_000)}last`
  const memories = buildMemories({
    ...input,
    evidence: input.evidence && { ...input.evidence, logs: { log: long } },
    run: { ...run, claims: { ...run.claims, prompt: long } },
  })
  const content = (kind: string) => memories.find((memory) => memory.kind === kind)?.content ?? ''
  for (const kind of ['prompt', 'output_log'])
    expect(content(kind).length).toBeLessThanOrEqual(MAX_CONTENT_CHARS)
  expect(content('prompt').startsWith('first')).toBe(true)
  expect(content('output_log').endsWith('last')).toBe(true)
})
