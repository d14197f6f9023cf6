import { type Answered, json } from '../serve.ts'
import { addStatus, rerun } from './changes.ts'
import { bodyOf, type Call, notFound, refused, textOr } from './rest-call.ts'
import { runJson, statusJson } from './rest-views.ts'
import type { CheckRun, Status } from './state.ts'

const states: readonly Status['state'][] = ['error', 'failure', 'pending', 'success']
export function setStatus({ world, repository, asked, args }: Call): Answered {
  const body = bodyOf(asked)
  const state = states.find((one) => one === body.state)
  const sha = args[0] ?? ''
  const description = textOr(body.description, null)
  if (!state || (description?.length ?? 0) > 140) return refused(422, 'Validation Failed')
  if (!repository.commits.has(sha)) return refused(422, `No commit found for SHA: ${sha}`)
  const status = addStatus(world, repository, {
    sha,
    state,
    description,
    context: textOr(body.context, 'default'),
    targetUrl: textOr(body.target_url, null),
    creator: world.viewer,
  })
  return json(201, statusJson(world, status))
}

const runState = (runs: readonly CheckRun[]) => {
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

export function oneRun({ repository, args }: Call): Answered {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  return suite
    ? json(
        200,
        runJson(
          repository,
          suite,
          runState(repository.checkRuns.filter((run) => run.suite === suite)),
        ),
      )
    : notFound()
}

export function rerunFailed({ world, repository, args, told }: Call): Answered {
  const suite = repository.suites.find(({ run }) => run?.id === Number(args[0]))
  if (!suite) return notFound()
  const runs = repository.checkRuns.filter((run) => run.suite === suite)
  if (runState(runs).status !== 'completed') return refused(403, 'This workflow is already running')
  if (!runs.some(({ conclusion }) => conclusion !== 'success'))
    return refused(403, 'The workflow run containing these jobs has no failed jobs')
  told.rerun(repository, rerun(world, repository, suite, world.viewer))
  return json(201, {})
}

export function rerequest(
  { world, repository, told }: Call,
  matches: (suiteId: number) => boolean,
): Answered {
  const suite = repository.suites.find(({ id }) => matches(id))
  if (!suite) return notFound()
  if (suite.run) return refused(422, 'This check suite is not rerequestable')
  told.rerun(repository, rerun(world, repository, suite, world.viewer))
  return json(201, {})
}

export function jobLog({ world, repository, args }: Call): Answered {
  const id = Number(args[0])
  return repository.logs.has(id)
    ? { status: 302, headers: { location: `${world.baseUrl()}/_logs/${id}?sig=signed` } }
    : notFound()
}
