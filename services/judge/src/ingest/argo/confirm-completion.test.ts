import { expect, test } from 'vitest'
import { createRun } from '../../../../../test/harness/accepted-facts.ts'
import type { ArgoAnswer } from '../../correlate/admit-completion.ts'
import { Failure } from '../../lib/failure.ts'
import type { RunClaims } from '../../run/run.ts'
import { createConfirmCompletion } from './confirm-completion.ts'
import type { ArgoWorkflow, ArgoWorkflows } from './port.ts'

const uid = 'uid-1'
const place = { name: 'codex-implementation-k4x9p', namespace: 'agent-runs' }
const build = (over: Readonly<Record<string, unknown>> = {}, phase = 'Failed') => ({
  kind: 'Workflow',
  metadata: { ...place, uid, ...over },
  status: { phase, startedAt: '2026-11-21T08:00:00Z', finishedAt: '2026-11-21T09:00:00Z' },
})

interface Cluster {
  /** Null: the cluster does not have it any more. */
  readonly live: ReturnType<typeof build> | null
  readonly archived?: ReturnType<typeof build>
  /** Where our account may look. Default: everywhere. */
  readonly namespaces?: readonly string[]
  readonly away?: boolean
}

/** Argo's answers about one workflow, and how often it was asked. */
function createArgo({ live, archived, namespaces, away = false }: Cluster) {
  const asked: string[] = []
  const check = (what: string, namespace: string | null) => {
    asked.push(`${what} ${namespace ?? '*'}`)
    if (away) throw new Failure('unavailable', 'Argo did not answer')
    if (namespaces !== undefined && !namespaces.includes(namespace ?? ''))
      throw new Failure('forbidden', 'Argo answered 403')
  }
  const summary: ArgoWorkflow | null = live && {
    ...{ ...place, uid, finished: true, startedAt: null, finishedAt: null },
  }
  const port: ArgoWorkflows = {
    async *listFinished() {},
    fetchWorkflow: async ({ name, namespace }) => {
      if (name !== null && namespace !== null) {
        check('get', namespace)
        if (live !== null && name === place.name && namespace === place.namespace)
          return Buffer.from(JSON.stringify(live))
      }
      asked.push('archive')
      return archived === undefined ? null : Buffer.from(JSON.stringify(archived))
    },
    findByUid: async (of) => {
      check('list', of.namespace)
      return of.namespace === null || of.namespace === place.namespace ? summary : null
    },
    listByName: async ({ name }) => {
      check('by name', null)
      return summary !== null && name === place.name ? [summary] : []
    },
  }
  return { port, asked }
}

async function confirm(
  cluster: Cluster | null,
  claims: Partial<RunClaims> = {},
  { mustKnow = false, owner = null }: { mustKnow?: boolean; owner?: string | null } = {},
) {
  const argo = cluster === null ? null : createArgo(cluster)
  const confirmed: ArgoAnswer[] = []
  const admitted: string[] = []
  const ask = createConfirmCompletion({
    argo: argo?.port ?? null,
    context: { mayJudge: (repository) => repository.startsWith('acme/') },
    confirm: async (given) => void confirmed.push(given),
    admit: async ({ because }) => void admitted.push(because),
    findRunOfWorkflow: async () => owner,
  })
  const run = createRun({ unconfirmed: true }, { ...claims })
  const answer = await ask(run, { mustKnow }, new AbortController().signal).catch(
    (error: unknown) => (error instanceof Failure ? error.kind : 'a bug'),
  )
  return {
    answer,
    asked: argo?.asked ?? [],
    admitted,
    phase: confirmed[0]?.claims.phase ?? null,
    confirmed,
  }
}

test('one read is enough where the message names the workflow as Argo does', async () => {
  const { answer, asked, phase, confirmed, admitted } = await confirm({ live: build() })
  expect({ answer, asked, phase, admitted }).toEqual({
    ...{ answer: 'finished', asked: ['get agent-runs'], phase: 'Failed', admitted: [] },
  })
  expect(confirmed).toMatchObject([{ runId: createRun().id, provenance: { phase: 'workflow' } }])
})

test('the uid finds the workflow under a wrong name or namespace, and in the archive', async () => {
  for (const lie of [
    { workflowName: 'wrong' },
    { workflowNamespace: 'wrong' },
    { workflowName: null },
    { workflowNamespace: null },
  ])
    expect(await confirm({ live: build() }, lie)).toMatchObject({
      answer: 'finished',
      phase: 'Failed',
    })
  const gone = await confirm({ live: null, archived: build() })
  expect(gone).toMatchObject({ phase: 'Failed', asked: ['get agent-runs', 'archive'] })
})

test('an account for one namespace is enough, and a namespace that it may not read says nothing', async () => {
  const namespaces = ['agent-runs']
  expect(await confirm({ live: null, namespaces })).toMatchObject({
    ...{ answer: 'finished', admitted: ['unknown'] },
  })
  expect(
    await confirm({ live: null, archived: build(), namespaces }, { workflowNamespace: 'forged' }),
  ).toMatchObject({ answer: 'finished', phase: 'Failed' })
  expect(
    await confirm({ live: build(), namespaces }, { workflowNamespace: 'forged' }),
  ).toMatchObject({ answer: 'forbidden', admitted: [], confirmed: [] })
})

test('what Argo does not know is believed, unless it must know it', async () => {
  expect(await confirm({ live: null })).toMatchObject({ answer: 'finished', admitted: ['unknown'] })
  const strict = await confirm({ live: null }, {}, { mustKnow: true })
  expect(strict).toMatchObject({ answer: 'unknown', admitted: [], confirmed: [] })
})

test('without an answer nothing is believed, and without Argo everything is', async () => {
  expect(await confirm({ live: build(), away: true })).toMatchObject({
    ...{ answer: 'unavailable', admitted: [], confirmed: [] },
  })
  expect(await confirm(null)).toMatchObject({ answer: 'finished', admitted: ['not configured'] })
})

test('a workflow that runs, or is other work than a run of ours, is no completion', async () => {
  expect(await confirm({ live: build({}, 'Running') })).toMatchObject({ answer: 'running' })
  const others = [
    { labels: { 'codex.stage': 'review' } },
    { annotations: { 'codex.repository': 'evil/fork', 'codex.issue_number': '1' } },
  ]
  for (const other of others)
    expect(await confirm({ live: build(other) })).toMatchObject({
      ...{ answer: 'contradicted', admitted: [], confirmed: [] },
    })
  const owned = await confirm({ live: build() }, { workflowUid: null }, { owner: 'another run' })
  expect(owned).toMatchObject({ answer: 'contradicted', confirmed: [] })
})

test('without a uid, the workflow of this name says how it ended', async () => {
  const { answer, phase } = await confirm({ live: build() }, { workflowUid: null })
  expect([answer, phase]).toEqual(['finished', 'Failed'])
})
