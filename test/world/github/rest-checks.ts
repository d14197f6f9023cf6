import { answerJson, type HttpAnswer } from '../serve.ts'
import { addStatus, rerunFailedChecks } from './changes.ts'
import { answerNotFound, answerRefused, type Call, parseBody, readTextOr } from './rest-call.ts'
import { toRunJson, toStatusJson } from './rest-views.ts'
import type { CheckRun, Status } from './state.ts'

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

const summarizeRuns = (runs: readonly CheckRun[]) => {
  const over = runs.every(({ status }) => status === 'completed')
  return {
    status: over ? 'completed' : 'in_progress',
    conclusion: over
      ? runs.every(({ conclusion }) => conclusion === 'success')
        ? 'success'
        : 'failure'
      : null,
  }
}

export function getRun({ repository, args }: Call): HttpAnswer {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  return suite
    ? answerJson(
        200,
        toRunJson(
          repository,
          suite,
          summarizeRuns(repository.checkRuns.filter((run) => run.suite === suite)),
        ),
      )
    : answerNotFound()
}

export function rerunFailedJobs({ world, repository, args, listeners }: Call): HttpAnswer {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  if (!suite) return answerNotFound()
  const runs = repository.checkRuns.filter((run) => run.suite === suite)
  if (summarizeRuns(runs).status !== 'completed')
    return answerRefused(403, 'This workflow is already running')
  if (!runs.some(({ conclusion }) => conclusion !== 'success'))
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

export function getJobLog({ world, repository, args }: Call): HttpAnswer {
  const id = Number(args[0])
  return repository.logs.has(id)
    ? { status: 302, headers: { location: `${world.baseUrl()}/_logs/${id}?sig=signed` } }
    : answerNotFound()
}
