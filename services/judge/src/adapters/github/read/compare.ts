import type { CommitRelation } from '../../../github/port.ts'
import { Failure, isFailure } from '../../../lib/failure.ts'
import type { CommitSha } from '../../../run/run.ts'
import { callJson, callStream } from '../client/call.ts'
import type { Connection } from '../client/connection.ts'
import { readText } from '../client/read-body.ts'

const route = 'GET /repos/{owner}/{repo}/compare/{basehead}'

/**
 * How a reported commit stands to the head. What is no hexadecimal id is not asked about: GitHub
 * would take a branch of that name for an answer.
 */
export async function readRelation(
  connection: Connection,
  of: { readonly repository: string; readonly commit: string; readonly head: CommitSha },
  signal: AbortSignal,
): Promise<CommitRelation> {
  const commit = of.commit.trim().toLowerCase()
  if (!/^[0-9a-f]{4,64}$/.test(commit)) return 'unknown'
  if (of.head.startsWith(commit)) return 'same'
  const what = `comparing ${commit.slice(0, 12)} with the head of ${of.repository}`
  const params = { basehead: `${commit}...${of.head}`, per_page: 1 }
  const answer = await callJson(
    connection,
    { repository: of.repository, route, params, what, absent: [404, 422] },
    signal,
  )
  if (answer === null) return 'unknown'
  const { status, base_commit } = answer.data as {
    status?: unknown
    base_commit?: { sha?: unknown }
  }
  if (typeof base_commit?.sha === 'string' && !base_commit.sha.toLowerCase().startsWith(commit))
    return 'unknown'
  switch (status) {
    case 'identical':
      return 'same'
    case 'ahead':
      return 'ancestor'
    case 'behind':
    case 'diverged':
      return 'not_ancestor'
    default:
      throw new Failure('unavailable', `GitHub: ${what}: the answer is no comparison`)
  }
}

/**
 * The unified diff from the merge base, by commits, so that a push meanwhile cannot slip another
 * change under the verdict.
 */
export async function readDiff(
  connection: Connection,
  of: {
    readonly repository: string
    readonly base: CommitSha
    readonly head: CommitSha
    readonly maxBytes: number
  },
  signal: AbortSignal,
): Promise<string> {
  const what = `reading the diff of ${of.repository} at ${of.head.slice(0, 12)}`
  const params = {
    basehead: `${of.base}...${of.head}`,
    headers: { accept: 'application/vnd.github.diff' },
  }
  const answer = await callStream(
    connection,
    { repository: of.repository, route, params, what },
    signal,
  )
  const type = answer?.type ?? ''
  if (!answer || /html/.test(type) || /^application\/json/.test(type))
    throw new Failure('unavailable', `GitHub: ${what}: the answer is no diff`)
  try {
    const text = await readText(answer.body, of.maxBytes)
    if (text === null)
      throw new Failure('refused', `GitHub: ${what}: it is longer than ${of.maxBytes} bytes`)
    if (/^\s*[<{[]/.test(text))
      throw new Failure('unavailable', `GitHub: ${what}: the answer is no diff`)
    return text
  } catch (error) {
    throw isFailure(error)
      ? error
      : new Failure('unavailable', `GitHub: ${what}: the answer broke off`)
  }
}
