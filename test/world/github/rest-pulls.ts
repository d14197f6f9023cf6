import { type Answered, json } from '../serve.ts'
import { addComment } from './changes.ts'
import {
  bodyOf,
  type Call,
  notFound,
  onIssue,
  onPull,
  paged,
  refused,
  textOr,
} from './rest-call.ts'
import { diffBetween } from './rest-git.ts'
import { commentJson, pullBriefJson, pullJson } from './rest-views.ts'

export function listPulls(call: Call): Answered {
  const { world, repository, asked } = call
  const [head, state, base] = [
    asked.query.get('head'),
    asked.query.get('state') ?? 'open',
    asked.query.get('base'),
  ]
  const all = [...repository.pulls.values()]
    .map((pull) => ({ pull, shown: pullBriefJson(world, repository, pull) }))
    .filter(
      ({ shown }) =>
        (head === null || shown.head.label === head) &&
        (state === 'all' || shown.state === state) &&
        (base === null || shown.base.ref === base),
    )
    .toSorted(
      (a, b) => (asked.query.get('direction') === 'asc' ? 1 : -1) * (a.pull.number - b.pull.number),
    )
  return paged(
    call,
    all.map(({ shown }) => shown),
  )
}

export function onePull(call: Call): Answered {
  return onPull(call, (pull) => {
    if (!/diff/.test(call.asked.headers.accept ?? ''))
      return json(200, pullJson(call.world, call.repository, pull))
    const text = diffBetween(
      call.repository,
      call.repository.branches.get(pull.baseBranch) ?? '',
      pull.head,
    )
    return text === null
      ? notFound()
      : {
          status: 200,
          headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
          body: text,
        }
  })
}

export function comment(call: Call): Answered {
  const { world, repository, asked, told } = call
  return onIssue(call, (issue) => {
    const body = textOr(bodyOf(asked).body, '')
    if (body === '') return refused(422, 'Validation Failed')
    const added = addComment(world, repository, issue, { by: world.viewer, body })
    told.commented(repository, issue, body)
    return json(201, commentJson(world, repository, issue, added))
  })
}
