import { expect, test } from 'vitest'
import { createJob, createStatus, createWorkflow } from '../../../../test/harness/ci-samples.ts'
import { labelChecks } from './check-labels.ts'

test('only checks of one name have labels that distinguish them, by workflow and event or app', () => {
  const checks = [
    createJob('test', 'failure', { workflow: createWorkflow('Unit tests') }),
    createJob('test', 'success', { workflow: createWorkflow('Docs', 'push') }),
    createJob('test', 'success', { app: 'circleci', workflow: null }),
    createJob('test', 'success', { app: '', workflow: null }),
    createStatus('test', 'success'),
    createJob('lint', 'success'),
  ]
  expect(labelChecks(checks).map(({ label }) => label)).toEqual([
    'test (Unit tests, pull_request)',
    'test (Docs, push)',
    'test (circleci)',
    'test',
    'test (commit status)',
    'lint',
  ])
  expect(labelChecks(checks).map(({ name }) => name)).toEqual(checks.map(({ name }) => name))
})

test('suites of one workflow for two events are distinguished by the event', () => {
  const suite = { kind: 'suite', name: 'CI', label: 'workflow CI' } as const
  const checks = ['push', 'pull_request'].map((event) =>
    createJob('CI', 'queued', { ...suite, workflow: createWorkflow('CI', event) }),
  )
  expect(labelChecks(checks).map(({ label }) => label)).toEqual([
    'workflow CI (push)',
    'workflow CI (pull_request)',
  ])
})
