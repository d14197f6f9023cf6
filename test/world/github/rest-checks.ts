import { answerJson, type HttpAnswer } from '../serve.ts'
import { addStatus, rerunFailedChecks } from './changes.ts'
import { answerNotFound, answerRefused, type Call, parseBody, readTextOr } from './rest-call.ts'
import { toRunJson, toStatusJson } from './rest-views.ts'
import type { Status } from './state.ts'
import { getAppId, getSuiteState, listSuiteRuns } from './suites.ts'

const statusStates: readonly Status['state'][] = ['error', 'failure', 'pending', 'success']
export function setStatus({ world, repository, request, args }: Call): HttpAnswer {
  const body = parseBody(request)
  const state = statusStates.find((one) => one === body.state)
  const sha = args[0] ?? ''
  const description = readTextOr(body.description, null)
  if (!state || (description?.length ?? 0) > 140) return answerRefused(422, 'Validation Failed')
  if (!repository.commits.has(sha)) return answerRefused(422, `No commit found for SHA: ${sha}`)
  const status = addStatus(world, repository, {
    sha,
    state,
    description,
    context: readTextOr(body.context, 'default'),
    targetUrl: readTextOr(body.target_url, null),
    creator: world.viewer,
  })
  return answerJson(201, toStatusJson(world, status))
}

export function getRun({ repository, args }: Call): HttpAnswer {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  return suite
    ? answerJson(200, toRunJson(repository, suite, getSuiteState(repository, suite)))
    : answerNotFound()
}

export function rerunFailedJobs({ world, repository, args, listeners }: Call): HttpAnswer {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  if (!suite) return answerNotFound()
  const { status, conclusion } = getSuiteState(repository, suite)
  if (status !== 'completed') return answerRefused(403, 'This workflow is already running')
  if (conclusion === 'startup_failure' || conclusion === 'action_required')
    return answerRefused(403, 'This workflow run cannot be retried')
  const runs = listSuiteRuns(repository, suite)
  const hasFailed = runs.length === 0 || runs.some((run) => run.conclusion !== 'success')
  if (conclusion === 'success' || !hasFailed)
    return answerRefused(403, 'The workflow run containing these jobs has no failed jobs')
  listeners.onRerun(repository, rerunFailedChecks(world, repository, suite, world.viewer))
  return answerJson(201, {})
}

export function rerequest(
  { world, repository, listeners }: Call,
  matches: (suiteId: number) => boolean,
): HttpAnswer {
  const suite = repository.suites.find(({ id }) => matches(id))
  if (!suite) return answerNotFound()
  if (suite.run) return answerRefused(422, 'This check suite is not rerequestable')
  listeners.onRerun(repository, rerunFailedChecks(world, repository, suite, world.viewer))
  return answerJson(201, {})
}

/** A branch with the part of its protection that every reader sees. */
export function getBranch({ world, repository, args }: Call): HttpAnswer {
  const name = args[0] ?? ''
  const sha = repository.branches.get(name)
  if (!sha) return answerNotFound()
  const rules = repository.requirements.filter(
    ({ branch, by }) => branch === name && by === 'protection',
  )
  const checks = rules.flatMap(({ checks: names, app }) =>
    names.map((context) => ({ context, app_id: app === null ? null : getAppId(world, app) })),
  )
  return answerJson(200, {
    name,
    commit: { sha },
    protected: rules.length > 0,
    protection: {
      enabled: rules.length > 0,
      required_status_checks: {
        enforcement_level: rules.length > 0 ? 'non_admins' : 'off',
        contexts: checks.map(({ context }) => context),
        checks,
      },
    },
  })
}

export function getJobLog({ world, repository, args }: Call): HttpAnswer {
  const id = Number(args[0])
  return repository.logs.has(id)
    ? { status: 302, headers: { location: `${world.baseUrl()}/_logs/${id}?sig=signed` } }
    : answerNotFound()
}
