import type { Snapshot } from '../../../github/snapshot.ts'
import { Failure, messageOf } from '../../../lib/failure.ts'
import { type Instant, instantOrNull } from '../../../lib/instant.ts'
import { commitSha } from '../../../run/run.ts'
import { type Connection, ownerAndName } from '../client/connection.ts'
import { ask, demand, type GraphqlAnswer, isAbsence } from '../client/graphql.ts'
import {
  type GqlCommit,
  type GqlContext,
  type GqlPullRequest,
  lastCommit,
  type SnapshotData,
} from './answers.ts'
import { checksOf, requiredNames } from './checks.ts'
import { type ListOf, Moved, type Reading, readPage, readRest } from './pagination.ts'
import { pullRequestOf } from './pull-request.ts'
import {
  commentsPage,
  commitContextsPage,
  contextsPage,
  reviewsPage,
  rulesPage,
  snapshotOptional,
  snapshotQuery,
  threadsPage,
} from './queries.ts'
import { readReactions } from './reactions.ts'
import {
  type AroundOf,
  aroundOf,
  aroundOptional,
  aroundVariables,
  withoutAbsentIssue,
} from './repository-context.ts'
import { commentOf, reviewsOf } from './reviews-and-comments.ts'
import { readThreads } from './threads.ts'

/**
 * How often a reading is begun anew because the head moved under it, before the engine is told to
 * come back later.
 */
const rounds = 3

interface Asked extends AroundOf {
  readonly number: number
}

/**
 * Everything about one pull request, as one world: what moved between two pages discards the
 * reading. One GraphQL point where every list fits a page; one more for each further page.
 */
export async function readSnapshot(
  connection: Connection,
  of: Asked,
  signal: AbortSignal,
): Promise<Snapshot> {
  const what = `reading ${of.repository}#${of.number}`
  for (let round = 1; round <= rounds; round += 1) {
    try {
      return await readOnce(connection, of, signal)
    } catch (error) {
      if (error instanceof Failure) throw error
      // A value of another shape than the schema has: nothing can be said about it, which is not
      // the same as "no".
      if (!(error instanceof Moved))
        throw new Failure('unavailable', `GitHub: ${what}: not understood: ${messageOf(error)}`)
    }
  }
  throw new Failure(
    'unavailable',
    `GitHub: ${what}: the head moved ${rounds} times while it was read`,
  )
}

async function readOnce(connection: Connection, of: Asked, signal: AbortSignal): Promise<Snapshot> {
  const what = `reading ${of.repository}#${of.number}`
  const observedAt = connection.settings.now()
  const { data, errors } = await askFirst(connection, of, signal, what)
  const { repository } = data
  const from = repository?.pullRequest
  if (!repository || !from)
    throw new Failure('refused', `GitHub: ${what}: there is no such pull request`)
  const base = commitSha(from.baseRefOid)
  if (base === null) throw new Failure('unavailable', `GitHub: ${what}: its base is no commit`)
  const head = commitSha(from.headRefOid)
  const required = !connection.withoutRequired.has(of.repository)
  const reading: Reading = { connection, ...of, head, base, required, signal, what }

  const commit = await readCommit(reading, from)
  const reviews = await readRest(
    reading,
    from.reviews,
    onPullRequest(reviewsPage, (pull) => pull.reviews),
  )
  const threads = await readRest(
    reading,
    from.reviewThreads,
    onPullRequest(threadsPage, (pull) => pull.reviewThreads),
  )
  const comments = await readRest(
    reading,
    from.comments,
    onPullRequest(commentsPage, (pull) => pull.comments),
  )
  const baseRef = repository.requirements?.baseRef ?? null
  const rules = baseRef?.rules
    ? await readRest(
        reading,
        baseRef.rules,
        onPullRequest(rulesPage, (pull) => (pull as { baseRef?: typeof baseRef }).baseRef?.rules),
      )
    : []
  const named = requiredNames(baseRef, rules, errors)
  const { checks, expected } = checksOf(commit.contexts, named)

  return {
    observedAt,
    repository: repository.nameWithOwner,
    pullRequest: pullRequestOf(from, repository.history, { head, base }),
    headCommittedAt: commit.committedAt,
    headFirstSuiteAt: firstSuite(repository.suites?.commits, head),
    checks,
    requiredChecks:
      expected.length > 0 ? [...new Set([...(named ?? []), ...expected])].toSorted() : named,
    reviews: reviewsOf(reviews, from.createdAt),
    threads: await readThreads(reading, threads),
    reactions: await readReactions(reading, from.reactions),
    comments: comments.map(commentOf),
    around: aroundOf(repository, observedAt, what),
  }
}

/**
 * The first query. Four of its fields are left out and the query repeated where the server has no
 * value for them: `isRequired` (only information beside the branch's own requirements), the list of
 * commits (the head is then asked for by its id), the commit's date (the weakest of the sources for
 * the time of a push) and the head's id (a pull request whose head cannot be named is a fact to
 * decide about, not a failed reading).
 */
async function askFirst(
  connection: Connection,
  of: Asked,
  signal: AbortSignal,
  what: string,
): Promise<GraphqlAnswer<SnapshotData>> {
  const { repository, number } = of
  const { withoutRequired } = connection
  const wanted = {
    required: !withoutRequired.has(repository),
    head: true,
    commits: true,
    dated: true,
  }
  for (;;) {
    const variables = { ...ownerAndName(repository), number, ...aroundVariables(of), ...wanted }
    const answer = await ask<SnapshotData>(
      connection,
      { repository, query: snapshotQuery, variables, what },
      signal,
    )
    const lacks = (field: string) =>
      answer.errors.some(
        ({ path, ...error }) =>
          path.at(-1) === field && path[1] !== 'suites' && isAbsence({ path, ...error }),
      )
    const without = {
      required: wanted.required && !lacks('isRequired'),
      head: wanted.head && !lacks('headRefOid'),
      commits: wanted.commits && !lacks('commits'),
      dated: wanted.dated && !lacks('committedDate'),
    }
    if (!without.required) withoutRequired.add(repository)
    if (Object.values(without).join() === Object.values(wanted).join()) {
      demand(withoutAbsentIssue(answer.errors), [...snapshotOptional, ...aroundOptional], what)
      return answer
    }
    Object.assign(wanted, without)
  }
}

type OnPullRequest = { readonly repository: { readonly pullRequest: GqlPullRequest | null } | null }
const onPullRequest = <T>(
  query: string,
  pick: (pull: GqlPullRequest) => ReturnType<ListOf<T, OnPullRequest>['pick']>,
): ListOf<T, OnPullRequest> => ({
  query,
  pick: ({ repository }) => (repository?.pullRequest ? pick(repository.pullRequest) : null),
})

interface HeadCommit {
  readonly contexts: readonly GqlContext[]
  readonly committedAt: Instant | null
}

/**
 * The checks of the head. GitHub's list of the pull request's commits can end before the head it
 * names; then the commit is asked for by its id. Checks of any other commit are never taken.
 */
async function readCommit(reading: Reading, from: GqlPullRequest): Promise<HeadCommit> {
  const { head } = reading
  if (head === null) return { contexts: [], committedAt: null }
  const last = lastCommit(from.commits)
  if (last && commitSha(last.oid) === head) {
    const first = last.statusCheckRollup
    const list = onPullRequest(
      contextsPage,
      (pull) => lastCommit(pull.commits)?.statusCheckRollup?.contexts,
    )
    return {
      contexts: first ? await readRest(reading, first.contexts, list) : [],
      committedAt: instantOrNull(last.committedDate),
    }
  }

  type ByOid = { readonly repository: { readonly object: GqlCommit | null } | null }
  let committedAt: Instant | null = null
  const list: ListOf<GqlContext, ByOid> = {
    query: commitContextsPage,
    variables: { oid: head },
    pick: ({ repository }) => {
      const object = repository?.object
      if (!object)
        throw new Failure('unavailable', `GitHub: ${reading.what}: its head is not there yet`)
      committedAt = instantOrNull(object.committedDate)
      return object.statusCheckRollup
        ? object.statusCheckRollup.contexts
        : { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] }
    },
  }
  const contexts = await readRest(reading, await readPage(reading, list, null), list)
  return { contexts, committedAt }
}

function firstSuite(
  commits: GqlPullRequest['commits'] | undefined,
  head: string | null,
): Instant | null {
  const last = lastCommit(commits)
  if (!last || last.oid !== head) return null
  const times = (last.checkSuites?.nodes ?? []).flatMap(
    (suite) => instantOrNull(suite?.createdAt) ?? [],
  )
  return times.toSorted((a, b) => a - b)[0] ?? null
}
