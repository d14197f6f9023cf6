import type { FileText } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import type { CommitSha } from '../../../run/run.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { queryGraphql } from '../client/graphql.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { buildFileTextsQuery } from './queries.ts'

interface GqlBlob {
  readonly __typename?: string
  readonly text?: string | null
  readonly byteSize?: number
  readonly isBinary?: boolean | null
  readonly isTruncated?: boolean
}

type GqlFileTexts = Readonly<Record<string, GqlBlob | null | undefined>>

/**
 * The texts of files at one commit, by path, with one query. GitHub cuts a text off after 512 KiB;
 * such a file is `too_large`, because the rest could say anything.
 */
export async function readFileTexts(
  connection: GithubConnection,
  request: {
    readonly repository: string
    readonly commit: CommitSha
    readonly paths: readonly string[]
  },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileText>> {
  const { repository, commit } = request
  const paths = [...new Set(request.paths)]
  if (paths.length === 0) return new Map()
  const action = `reading files of ${repository} at ${commit.slice(0, 12)}`
  const variables = {
    ...splitRepository(repository),
    commit,
    ...Object.fromEntries(paths.map((path, index) => [`file${index}`, `${commit}:${path}`])),
  }
  const { data, errors } = await queryGraphql<{ readonly repository: GqlFileTexts | null }>(
    connection,
    { repository, query: buildFileTextsQuery(paths.length), variables, action },
    signal,
  )
  throwUnlessOptional(errors, ['rateLimit'], { connection, repository, action })
  // Without its commit every file would look absent.
  if (!data.repository?.commit)
    throw new Failure('unavailable', `GitHub: ${action}: the commit is not known (yet)`)
  const blobs = data.repository
  return new Map(paths.map((path, index) => [path, toFileText(blobs[`file${index}`] ?? null)]))
}

function toFileText(blob: GqlBlob | null): FileText {
  // A folder or the commit of a submodule has no text. A server may omit `__typename`.
  if (blob === null || (blob.__typename !== 'Blob' && blob.text === undefined))
    return { kind: 'absent' }
  if (blob.isTruncated) return { kind: 'too_large', bytes: blob.byteSize ?? 0 }
  if (blob.isBinary || typeof blob.text !== 'string') return { kind: 'binary' }
  return { kind: 'text', text: blob.text }
}
