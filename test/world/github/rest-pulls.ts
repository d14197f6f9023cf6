import { answerJson, type HttpAnswer } from '../serve.ts'
import { answerNotFound, answerPage, type Call, withPull } from './rest-call.ts'
import { computeDiff } from './rest-git.ts'
import { toPullBriefJson, toPullJson } from './rest-views.ts'

export function listPulls(call: Call): HttpAnswer {
  const { world, repository, request } = call
  const [head, state, base] = [
    request.query.get('head'),
    request.query.get('state') ?? 'open',
    request.query.get('base'),
  ]
  const all = [...repository.pulls.values()]
    .map((pull) => ({ pull, shown: toPullBriefJson(world, repository, pull) }))
    .filter(
      ({ shown }) =>
        (head === null || shown.head.label === head) &&
        (state === 'all' || shown.state === state) &&
        (base === null || shown.base.ref === base),
    )
    .toSorted(
      (a, b) =>
        (request.query.get('direction') === 'asc' ? 1 : -1) * (a.pull.number - b.pull.number),
    )
  return answerPage(
    call,
    all.map(({ shown }) => shown),
  )
}

export function getPull(call: Call): HttpAnswer {
  return withPull(call, (pull) => {
    if (!/diff/.test(call.request.headers.accept ?? ''))
      return answerJson(200, toPullJson(call.world, call.repository, pull))
    const text = computeDiff(
      call.repository,
      call.repository.branches.get(pull.baseBranch) ?? '',
      pull.head,
    )
    return text === null
      ? answerNotFound()
      : {
          status: 200,
          headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
          body: text,
        }
  })
}
