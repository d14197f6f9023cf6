import type { CommitSha } from '../../../run/run.ts'
import { callStream } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'
import { decodeText, readBodyBytes, readBodyTail } from '../client/read-body.ts'

const MAX_FILE_BYTES = 1024 * 1024
/** Git takes a file for binary if there is a NUL among its first bytes. */
const BINARY_PROBE_BYTES = 8_000

/**
 * A text file at a commit, as the diff shows it; null if it does not exist, is a folder, is binary
 * or exceeds 1 MiB.
 */
export async function readFile(
  connection: GithubConnection,
  request: { readonly repository: string; readonly commit: CommitSha; readonly path: string },
  signal: AbortSignal,
): Promise<string | null> {
  const path = request.path.split('/').map(encodeURIComponent).join('/')
  if (
    path === '' ||
    request.path.split('/').some((part) => part === '' || part === '.' || part === '..')
  )
    return null
  const answer = await callStream(
    connection,
    {
      repository: request.repository,
      route: `GET /repos/{owner}/{repo}/contents/${path}`,
      params: { ref: request.commit, headers: { accept: 'application/vnd.github.raw+json' } },
      action: `reading ${request.path} of ${request.repository}`,
      absentStatuses: [404],
    },
    signal,
  )
  const bytes = answer && (await readBodyBytes(answer.body, MAX_FILE_BYTES))
  if (!answer || !bytes) return null
  // For a folder, a submodule or a link GitHub ignores the raw media type and answers with JSON.
  const entry = /^application\/json/.test(answer.type) ? parseEntryJson(bytes) : null
  const content = entry === null ? bytes : entry.content
  const isText = content !== null && !content.subarray(0, BINARY_PROBE_BYTES).includes(0)
  return isText ? decodeText(content) : null
}

/**
 * Parses GitHub's JSON description of an entry: its content, or null content if it is not a file.
 * Returns null for any other bytes, such as a JSON file of the repository.
 */
function parseEntryJson(bytes: Buffer): { readonly content: Buffer | null } | null {
  try {
    const entry = JSON.parse(bytes.toString('utf8')) as {
      type?: unknown
      encoding?: unknown
      content?: unknown
      sha?: unknown
    } | null
    if (Array.isArray(entry))
      return entry.every((item) => typeof item?.sha === 'string') ? { content: null } : null
    if (typeof entry?.sha !== 'string' || typeof entry.type !== 'string') return null
    const isFile =
      entry.type === 'file' && entry.encoding === 'base64' && typeof entry.content === 'string'
    return { content: isFile ? Buffer.from(String(entry.content), 'base64') : null }
  } catch {
    return null
  }
}

/**
 * The end of a job's log; null if the check is not an Actions job or the log has expired. GitHub
 * redirects to a signed URL of another origin, which `fetch` follows without our credentials.
 */
export async function readJobLog(
  connection: GithubConnection,
  request: { readonly repository: string; readonly checkRunId: number; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await callStream(
    connection,
    {
      repository: request.repository,
      route: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
      params: { job_id: request.checkRunId },
      action: `reading the log of job ${request.checkRunId} of ${request.repository}`,
      absentStatuses: [404, 410],
    },
    signal,
  )
  return answer && readBodyTail(answer.body, request.maxBytes)
}
