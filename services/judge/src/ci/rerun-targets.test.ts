import { expect, test } from 'vitest'
import type { Check } from '../github/snapshot.ts'
import { canRerun, findRerunTargets } from './rerun-targets.ts'

const failed = (name: string, of: Partial<Check>): Check => ({
  kind: 'check_run',
  name,
  label: name,
  app: 'github-actions',
  appId: 15368,
  byApp: true,
  workflow: null,
  id: 1,
  suiteId: 5,
  workflowRunId: 50,
  runAttempt: 1,
  state: 'failure',
  url: null,
  summary: null,
  startedAt: null,
  completedAt: null,
  required: false,
  ...of,
})
const unit = failed('unit', {})
const lint = failed('lint', { runAttempt: null })
const docs = failed('docs', { workflowRunId: 51, suiteId: 6, runAttempt: 2 })
const circle = failed('build', { app: 'circleci', suiteId: 9, workflowRunId: null })
const status = failed('ci', { kind: 'status', suiteId: null, workflowRunId: null })
const lost = failed('lost', { workflowRunId: null })

test('jobs of Actions are re-run by workflow run, other apps by suite, each once with all its checks', () => {
  expect(findRerunTargets([unit, circle, lint, docs])).toEqual([
    { target: { kind: 'actions', workflowRunId: 50, runAttempt: 1 }, checks: [unit, lint] },
    { target: { kind: 'suite', suiteId: 9 }, checks: [circle] },
    { target: { kind: 'actions', workflowRunId: 51, runAttempt: 2 }, checks: [docs] },
  ])
})

test('a workflow that ran no job is re-run, and so is a suite of another app', () => {
  const workflow = failed('CI', { kind: 'suite' })
  const suite = failed('circleci', { kind: 'suite', app: 'circleci', workflowRunId: null })
  const unknown = failed('GitHub Actions', { kind: 'suite', workflowRunId: null })
  expect(findRerunTargets([workflow, suite, unknown])).toEqual([
    { target: { kind: 'actions', workflowRunId: 50, runAttempt: 1 }, checks: [workflow] },
    { target: { kind: 'suite', suiteId: 5 }, checks: [suite] },
  ])
})

test('a status, or a check of Actions without a known workflow run, cannot be re-run', () => {
  expect(findRerunTargets([status, lost])).toEqual([])
  expect([unit, circle, status, lost].map(canRerun)).toEqual([true, true, false, false])
})
