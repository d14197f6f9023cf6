import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ago, createRun, minute } from '../../../../test/harness/accepted-facts.ts'
import type { Enrichment } from '../run/event.ts'
import type { RunClaims } from '../run/run.ts'
import {
  contradictsIdentity,
  isConfirmedByArgo,
  markAsArgos,
  mergeClaims,
  mergeEnrichment,
  type SourcedClaims,
  type Teller,
} from './merge-claims.ts'

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

const completionOnly = { ...empty, ...claims }
const claim = (over: Partial<RunClaims>, place = 'eventBody'): SourcedClaims => ({
  claims: { ...empty, ...over },
  provenance: Object.fromEntries(
    Object.keys(over).flatMap((field) => (field === 'artifacts' ? [] : [[field, place]])),
  ),
})
const all = claim(completionOnly)
const tellers = ['notify', 'report', 'completion', 'argo'] as const satisfies readonly Teller[]
const isEmpty = (value: unknown): boolean =>
  value === null || (Array.isArray(value) && value.length === 0)

/** Everything that a message can claim, each with a value of its own. */
const lies: RunClaims = {
  ...{ repository: 'evil/fork', issueNumber: 999, branch: 'someone-elses', base: 'unprotected' },
  ...{ stage: 'implementation', workflowName: 'liar', workflowNamespace: 'lies' },
  ...{ workflowUid: 'uid-of-a-liar', phase: 'Failed', phaseMessage: 'OOMKilled' },
  ...{ shutdown: 'Terminate', prompt: 'Approve.', issueTitle: 'Nothing to do', issueBody: '' },
  ...{ issueUrl: 'https://example.com', sender: 'unknown-sender', reportedCommit: 'f'.repeat(40) },
  ...{ reportedPrNumber: 77, threadId: 'thread', turnId: 'turn', sessionId: 'session' },
  deliveryId: 'stolen',
  iterations: { mode: 'fixed', count: 9, min: null, max: null, stopOn: [], reason: '' },
  ...{ iterationCycle: 9, autonomous: true, startedAt: ago(0), finishedAt: ago(0) },
  artifacts: [ref('implementation-changes', 'elsewhere/key')],
}
const enriches = new Set<string>([
  ...['threadId', 'turnId', 'sessionId', 'reportedCommit', 'reportedPrNumber'],
  ...['iterations', 'iterationCycle'],
])
const fields = Object.keys(lies).filter((field) => field !== 'stage')

test.each(fields)('what a notify claims as %s never decides what a completed run is', (field) => {
  const lie = claim({ [field]: lies[field as keyof RunClaims] }, 'notify')
  // The completion leaves this very field out, which is when a lie would be most welcome.
  const known = { branch: 'codex/issue-41', repository: 'acme/widgets', issueNumber: 41 }
  const honest = claim(Object.fromEntries(Object.entries(known).filter(([key]) => key !== field)))
  const complete = (have: SourcedClaims) =>
    mergeClaims(have, honest, { teller: 'completion', completed: false })
  const enrich = (have: SourcedClaims) =>
    mergeClaims(have, lie, { teller: 'notify', completed: true })
  const blank = claim({})
  const before = complete(mergeClaims(blank, lie, { teller: 'notify', completed: false }))
  const after = enrich(complete(blank))
  const both = enrich(before)
  for (const { claims: merged, provenance } of [before, after, both]) {
    expect(merged).toEqual({
      ...honest.claims,
      ...(enriches.has(field) ? { [field]: lie.claims[field as keyof RunClaims] } : {}),
    })
    expect(provenance).toEqual({
      ...honest.provenance,
      ...(enriches.has(field) ? { [field]: 'notify' } : {}),
    })
  }
})

test('the pull request that a notify names counts only beside the branch of the completion', () => {
  const lie = claim({ reportedPrNumber: 77, branch: 'someone-elses' }, 'notify')
  const nameless = claim({ repository: 'acme/widgets', issueNumber: 41 })
  const first = mergeClaims(lie, nameless, { teller: 'completion', completed: false })
  const last = mergeClaims(nameless, lie, { teller: 'notify', completed: true })
  for (const { claims: merged } of [first, last])
    expect(merged).toMatchObject({ reportedPrNumber: null, branch: null })
})

test('an announced run shows what notifies claim, the first of them first', () => {
  const first = claim({ branch: 'first', repository: 'acme/widgets' }, 'notify')
  const later = claim({ branch: 'second', prompt: 'Do it.' }, 'notify')
  const merged = mergeClaims(first, later, { teller: 'notify', completed: false })
  expect(merged.claims).toMatchObject({ branch: 'first', prompt: 'Do it.' })
})

test('a step of the workflow is believed more than a notify, and fills what the completion leaves out', () => {
  const notified = claim({ branch: 'a-lie', base: 'a-lie', repository: 'evil/fork' }, 'notify')
  const step = claim({ branch: 'codex/issue-41', repository: 'acme/widgets' }, 'top level')
  const reported = mergeClaims(notified, step, { teller: 'report', completed: false })
  expect(reported.claims).toMatchObject({
    ...{ branch: 'codex/issue-41', repository: 'acme/widgets', base: 'a-lie' },
  })
  const end = claim({ repository: 'acme/widgets', issueNumber: 41 })
  for (const have of [
    reported,
    mergeClaims(step, notified, { teller: 'notify', completed: false }),
  ])
    expect(mergeClaims(have, end, { teller: 'completion', completed: false }).claims).toMatchObject(
      {
        ...{ branch: 'codex/issue-41', repository: 'acme/widgets', issueNumber: 41, base: null },
      },
    )
  const late = mergeClaims(end, step, { teller: 'report', completed: true })
  expect(late.claims).toMatchObject({ branch: 'codex/issue-41' })
})

test('an unknown field never replaces a known one of a completion', () => {
  for (const teller of tellers) {
    const merged = mergeClaims(all, claim({}), { teller, completed: true })
    const outcome = ['phase', 'phaseMessage', 'shutdown', 'startedAt', 'finishedAt']
    for (const [field, value] of Object.entries(all.claims))
      if (teller !== 'argo' || !outcome.includes(field))
        expect([field, merged.claims[field as keyof RunClaims]]).toEqual([field, value])
  }
})

test('a later completion fills gaps, and the later of two finishes counts, whichever comes first', () => {
  const failed = {
    ...claims,
    ...{ phase: 'Failed', phaseMessage: 'no', branch: 'first', finishedAt: ago(20 * minute) },
    ...{ shutdown: 'Stop' as const, artifacts: [ref('log', 'old')] },
  }
  const succeeded = {
    ...claims,
    ...{ phase: 'Succeeded', phaseMessage: null, branch: 'second', finishedAt: ago(10 * minute) },
    artifacts: [ref('log', 'new'), ref('patch', 'p')],
  }
  const merge = (have: RunClaims, got: RunClaims) =>
    mergeClaims(claim(have), claim(got), { teller: 'completion', completed: true }).claims
  expect(merge(failed, succeeded)).toMatchObject({
    ...{ phase: 'Succeeded', phaseMessage: null, shutdown: null, branch: 'first' },
    finishedAt: succeeded.finishedAt,
    artifacts: [ref('log', 'new'), ref('patch', 'p')],
  })
  expect(merge(succeeded, failed)).toMatchObject({
    ...{ phase: 'Succeeded', shutdown: null, branch: 'second', finishedAt: succeeded.finishedAt },
    artifacts: [ref('log', 'new'), ref('patch', 'p')],
  })
  // The same end without its message: nothing is erased.
  expect(merge(failed, { ...failed, phaseMessage: null, shutdown: null })).toEqual(failed)
})

test('what Argo says replaces what a message said, and no later message replaces that', () => {
  const forged = claim({ ...claims, phase: 'Failed', phaseMessage: 'OOMKilled', shutdown: 'Stop' })
  const argo = { ...claims, phase: 'Succeeded', phaseMessage: null, shutdown: null }
  const answer: SourcedClaims = { claims: argo, provenance: markAsArgos(claim(argo).provenance) }
  const believed = mergeClaims(forged, answer, { teller: 'argo', completed: true })
  expect(believed.claims).toMatchObject({ phase: 'Succeeded', phaseMessage: null, shutdown: null })
  expect(isConfirmedByArgo(believed.provenance)).toBe(true)
  const again = claim({ ...claims, phase: 'Failed', finishedAt: ago(-minute) })
  const after = mergeClaims(believed, again, { teller: 'completion', completed: true })
  expect(after.claims).toMatchObject({ phase: 'Succeeded', finishedAt: claims.finishedAt })
})

test('where Argo names another issue, nothing that decides is left of what a message said', () => {
  const forged = claim({ ...lies, workflowUid: 'uid-1' })
  const argo = claim({ repository: 'acme/widgets', issueNumber: 41, workflowUid: 'uid-1' })
  const merged = mergeClaims(forged, argo, { teller: 'argo', completed: true })
  expect(merged.claims).toMatchObject({
    ...{ repository: 'acme/widgets', issueNumber: 41, branch: null, base: null, prompt: null },
    ...{ issueBody: null, deliveryId: null, reportedPrNumber: null, phase: null },
  })
})

test('a message contradicts a run if it names another place for the same workflow', () => {
  const other: readonly Partial<RunClaims>[] = [
    { repository: 'evil/fork' },
    { issueNumber: 9 },
    { workflowName: 'other' },
    { workflowNamespace: 'other' },
  ]
  for (const over of other)
    expect([over, contradictsIdentity(claims, { ...claims, ...over })]).toEqual([over, true])
  for (const over of [{}, { repository: 'ACME/Widgets' }, { issueNumber: null }])
    expect([over, contradictsIdentity(claims, { ...claims, ...over })]).toEqual([over, false])
})

test('the same message again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.subarray(fields),
      fc.constantFrom(...tellers),
      fc.boolean(),
      (kept, teller, isCompleted) => {
        const chosen = Object.entries(lies).filter(([key]) => kept.includes(key))
        const some = claim(Object.fromEntries(chosen))
        const completed = isCompleted || teller === 'completion' || teller === 'argo'
        const once = mergeClaims(claim({}), some, { teller, completed: isCompleted })
        expect(mergeClaims(once, some, { teller, completed })).toEqual(once)
        expect(Object.keys(once.provenance).every((field) => kept.includes(field))).toBe(true)
        expect(Object.values(once.claims).filter((value) => !isEmpty(value)).length).toBeLessThan(
          kept.length + 2,
        )
      },
    ),
  )
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
