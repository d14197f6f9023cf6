import type { ReadCommit } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { type CommitSha, parseCommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { type GraphqlAnswer, queryGraphql } from '../client/graphql.ts'
import { isAbsenceError } from '../client/graphql-errors.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { toChecks } from './checks.ts'
import type { GqlCommit, GqlContext, GqlPage } from './graphql-types.ts'
import { requireEntries } from './pagination.ts'
import { COMMIT_CHECKS_PAGE_QUERY, COMMIT_CHECKS_QUERY, optionalSnapshotFields } from './queries.ts'
import { toCheckSuites } from './suites.ts'

interface CommitRequest {
  readonly repository: string
  readonly at: { readonly branch: string } | { readonly commit: CommitSha }
}

interface CommitData {
  readonly repository: {
    readonly commit: GqlCommit | null
    readonly suites?: GqlCommit | null
  } | null
}

/** What a reading of one commit needs for each of its pages. */
interface CommitContext {
  readonly connection: GithubConnection
  readonly repository: string
  readonly action: string
  readonly signal: AbortSignal
}

/** A commit with more checks is not compared. */
const MAX_PAGES = 10

/**
 * Reads the checks of a commit that need not be the head of a pull request: one point for each
 * hundred checks. Only the first page of its suites is read, because they matter only where a
 * workflow could not start.
 */
export async function readCommitChecks(
  connection: GithubConnection,
  { repository, at }: CommitRequest,
  signal: AbortSignal,
): Promise<ReadCommit | null> {
  const name = 'branch' in at ? at.branch : at.commit.slice(0, 12)
  const context = {
    connection,
    repository,
    action: `reading the checks of ${name} in ${repository}`,
    signal,
  }
  const expression = 'branch' in at ? `refs/heads/${at.branch}` : at.commit
  const { data, errors } = await query(context, COMMIT_CHECKS_QUERY, { expression })
  throwUnlessOptional(errors, optionalSnapshotFields, context)
  const { commit: found, suites } = data.repository ?? {}
  const commit = parseCommitSha(found?.oid)
  if (!found || commit === null) return null
  const contexts = found.statusCheckRollup
    ? await readAllContexts(context, found.statusCheckRollup.contexts, commit)
    : []
  const { checks } = toChecks(contexts, null)
  const hasSuites = suites?.oid === found.oid && !errors.some(({ path }) => path[1] === 'suites')
  return {
    commit,
    checks,
    suites: hasSuites
      ? toCheckSuites(suites.checkSuites?.nodes?.filter((node) => node !== null) ?? [], checks)
      : null,
  }
}

/** Further pages are read by the commit's id, because a branch can move. */
async function readAllContexts(
  context: CommitContext,
  first: GqlPage<GqlContext> | null,
  commit: CommitSha,
): Promise<readonly GqlContext[]> {
  const all = [...requireEntries(first, context.action)]
  let page = first
  for (let count = 1; page?.pageInfo.hasNextPage; count += 1) {
    const after = page.pageInfo.endCursor
    if (!after || count >= MAX_PAGES)
      throw new Failure('unavailable', `GitHub: ${context.action}: the list does not end`)
    const variables = { expression: commit, after }
    const { data, errors } = await query(context, COMMIT_CHECKS_PAGE_QUERY, variables)
    throwUnlessOptional(errors, optionalSnapshotFields, context)
    page = data.repository?.commit?.statusCheckRollup?.contexts ?? null
    all.push(...requireEntries(page, context.action))
  }
  return all
}

async function query(
  { connection, repository, action, signal }: CommitContext,
  text: string,
  variables: Readonly<Record<string, string>>,
): Promise<GraphqlAnswer<CommitData>> {
  const call = {
    repository,
    query: text,
    // No pull request is asked about, so nothing is required for one.
    variables: { ...splitRepository(repository), number: 0, required: false, ...variables },
    action,
  }
  const answer = await queryGraphql<CommitData>(connection, call, signal)
  if (answer.data.repository === null && answer.errors.every(isAbsenceError))
    throw new Failure('refused', `GitHub: ${action}: the repository does not exist`)
  return answer
}
