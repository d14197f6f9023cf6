import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ago, createRun, minute } from '../../../../test/harness/accepted-facts.ts'
import type { Enrichment } from '../run/event.ts'
import type { RunClaims } from '../run/run.ts'
import { mergeClaims, mergeEnrichment, mergeProvenance } from './merge-claims.ts'

const { claims } = createRun()
const empty: RunClaims = {
  stage: 'implementation',
  artifacts: [],
  repository: null,
  issueNumber: null,
  branch: null,
  base: null,
  workflowName: null,
  workflowNamespace: null,
  workflowUid: null,
  phase: null,
  phaseMessage: null,
  shutdown: null,
  prompt: null,
  issueTitle: null,
  issueBody: null,
  issueUrl: null,
  sender: null,
  reportedCommit: null,
  reportedPrNumber: null,
  threadId: null,
  turnId: null,
  sessionId: null,
  deliveryId: null,
  iterations: null,
  iterationCycle: null,
  autonomous: null,
  startedAt: null,
  finishedAt: null,
}
const ref = (name: string, key: string) => ({ name, bucket: 'b', key })

test('an unknown field never replaces a known one, whichever comes first', () => {
  expect(mergeClaims(claims, empty, false)).toEqual(claims)
  expect(mergeClaims(claims, empty, true)).toEqual(claims)
  expect(mergeClaims(empty, claims, false)).toEqual(claims)
  expect(mergeClaims(empty, claims, true)).toEqual(claims)
})

test('the first claim stays, but Argo’s about its own workflow replaces a wrapper’s', () => {
  const guessed = {
    ...claims,
    phase: 'Failed',
    finishedAt: null,
    branch: 'first',
    artifacts: [ref('log', 'old')],
  }
  const reported = {
    ...claims,
    phase: 'Succeeded',
    branch: 'second',
    artifacts: [ref('log', 'new'), ref('patch', 'p')],
  }
  const merged = mergeClaims(guessed, reported, true)
  expect(merged).toMatchObject({
    phase: 'Succeeded',
    branch: 'first',
    finishedAt: claims.finishedAt,
  })
  expect(merged.artifacts).toEqual([ref('log', 'new'), ref('patch', 'p')])
  const enriched = mergeClaims(guessed, reported, false)
  expect(enriched).toMatchObject({ phase: 'Failed', branch: 'first' })
  expect(enriched.artifacts).toEqual([ref('log', 'old'), ref('patch', 'p')])
})

test('of two finishes of a workflow the later counts, whichever arrives first', () => {
  const failed = { ...claims, phase: 'Failed', phaseMessage: 'no', finishedAt: ago(20 * minute) }
  const succeeded = {
    ...claims,
    phase: 'Succeeded',
    phaseMessage: null,
    finishedAt: ago(10 * minute),
  }
  for (const merged of [mergeClaims(failed, succeeded, true), mergeClaims(succeeded, failed, true)])
    expect(merged).toMatchObject({ phase: 'Succeeded', finishedAt: succeeded.finishedAt })
})

test('the same message again changes nothing', () => {
  fc.assert(
    fc.property(fc.subarray(Object.keys(claims)), fc.boolean(), (kept, completion) => {
      const some: RunClaims = {
        ...empty,
        ...Object.fromEntries(Object.entries(claims).filter(([key]) => kept.includes(key))),
      }
      const once = mergeClaims(empty, some, completion)
      expect(mergeClaims(once, some, completion)).toEqual(once)
    }),
  )
})

test('provenance belongs to the message that supplied the claim', () => {
  expect(
    mergeProvenance(
      { branch: 'labels' },
      { branch: 'top level', prompt: 'eventBody' },
      { ...empty, branch: 'b' },
    ),
  ).toEqual({ branch: 'labels', prompt: 'eventBody' })
})

test('a later notify adds and replaces texts, and removes none', () => {
  const usage = {
    inputTokens: 10,
    cachedInputTokens: 0,
    outputTokens: 2,
    reasoningOutputTokens: 0,
  }
  const first: Enrichment = {
    issuedAt: ago(minute),
    lastMessage: 'Done.',
    judgeOutput: null,
    usage,
    excerpts: { output: 'old', agent: 'a' },
    outputPaths: { patch: 'p' },
  }
  const second: Enrichment = {
    issuedAt: null,
    lastMessage: null,
    judgeOutput: 'j',
    usage: null,
    excerpts: { output: 'new' },
    outputPaths: {},
  }
  expect(mergeEnrichment(first, second)).toEqual({
    issuedAt: ago(minute),
    lastMessage: 'Done.',
    judgeOutput: 'j',
    usage,
    excerpts: { output: 'new', agent: 'a' },
    outputPaths: { patch: 'p' },
  })
  expect(mergeEnrichment(null, first)).toBe(first)
  expect(mergeEnrichment(first, null)).toBe(first)
})
