import type { Issue, Surroundings } from '../../../github/snapshot.ts'
import { Failure } from '../../../lib/failure.ts'
import { type Instant, instantOrNull } from '../../../lib/instant.ts'
import { commitSha } from '../../../run/run.ts'
import { type Connection, ownerAndName } from '../client/connection.ts'
import { ask, demand, type GraphqlError } from '../client/graphql.ts'
import { bareLogin } from './actor.ts'
import { entries, type GqlAround, type GqlIssue } from './answers.ts'
import { surroundingsQuery } from './queries.ts'
import { textOf } from './text.ts'

export interface AroundOf {
  readonly repository: string
  readonly issueNumber?: number | null
  readonly branch?: string | null
}

/** Parts that may be missing without failing the reading, as steps of an error's path. */
export const aroundOptional = ['rateLimit', 'editor', 'lastEditedAt']

export const aroundVariables = ({ issueNumber, branch }: AroundOf) => ({
  issue: issueNumber ?? 0,
  withIssue: typeof issueNumber === 'number',
  ref: `refs/heads/${branch ?? ''}`,
  withRef: typeof branch === 'string',
})

/**
 * An issue that was deleted, moved, or is a pull request is an error to GitHub and an answer to us.
 */
export const withoutAbsentIssue = (errors: readonly GraphqlError[]): readonly GraphqlError[] =>
  errors.filter(({ path, type }) => !(path.at(-1) === 'issue' && type === 'NOT_FOUND'))

/**
 * The policy file at the default branch, the issue, and where the branch points: one GraphQL point.
 */
export async function readSurroundings(
  connection: Connection,
  of: AroundOf,
  signal: AbortSignal,
): Promise<Surroundings> {
  const what = `reading the issue and policy of ${of.repository}`
  const observedAt = connection.settings.now()
  const variables = { ...ownerAndName(of.repository), ...aroundVariables(of) }
  const { data, errors } = await ask<{ readonly repository: GqlAround | null }>(
    connection,
    { repository: of.repository, query: surroundingsQuery, variables, what },
    signal,
  )
  demand(withoutAbsentIssue(errors), aroundOptional, what)
  const { repository } = data
  if (!repository) throw new Failure('refused', `GitHub: ${what}: there is no such repository`)
  return aroundOf(repository, observedAt, what)
}

export function aroundOf(repository: GqlAround, observedAt: Instant, what: string): Surroundings {
  return {
    observedAt,
    repository: repository.nameWithOwner,
    defaultBranch: repository.defaultBranchRef?.name ?? '',
    policyText: policyOf(repository.policy, what),
    issue: repository.issue ? issueOf(repository.issue, what) : null,
    branchHead: commitSha(repository.ref?.target?.oid),
  }
}

/**
 * A policy of which we hold only a part would be another policy, so one that GitHub cuts (over 512
 * KiB) is not read at all.
 */
function policyOf(blob: GqlAround['policy'], what: string): string | null {
  // A directory of that name is no policy; a server may leave out what it is called.
  if (!blob || (blob.__typename !== 'Blob' && blob.text === undefined)) return null
  if (blob.isTruncated || blob.isBinary || typeof blob.text !== 'string')
    throw new Failure(
      'refused',
      `GitHub: ${what}: .codex-judge.yml is not a text of reasonable size`,
    )
  return blob.text
}

function issueOf(issue: GqlIssue, what: string): Issue {
  const editedAt = instantOrNull(issue.lastEditedAt)
  // GitHub may answer null where there are none, and another server nothing. One that could not be
  // read is an error, and has failed the reading before this.
  const labels = !issue.labels ? [] : entries(issue.labels, `${what}: its labels`)
  // GitHub allows a hundred labels on an issue, so a second page is a server that behaves
  // otherwise.
  if (issue.labels?.pageInfo.hasNextPage)
    throw new Failure('unavailable', `GitHub: ${what}: more labels than an issue can have`)
  return {
    number: issue.number,
    title: textOf(issue.title),
    body: textOf(issue.body),
    url: textOf(issue.url),
    state: issue.state === 'CLOSED' ? 'closed' : 'open',
    labels: labels.map(({ name }) => name),
    lastEdit:
      editedAt === null
        ? null
        : { editor: issue.editor ? bareLogin(issue.editor.login) : null, at: editedAt },
  }
}
