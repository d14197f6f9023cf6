import { isUtf8 } from 'node:buffer'
import type { CommitSha } from '../../../run/run.ts'
import { callStream } from '../client/call.ts'
import type { Connection } from '../client/connection.ts'
import { readBytes, readTail } from '../client/read-body.ts'

const fileMax = 1024 * 1024

/**
 * A text file at a commit, or null where there is none, or it is a folder, binary, or over 1 MiB.
 */
export async function readFile(
  connection: Connection,
  of: { readonly repository: string; readonly commit: CommitSha; readonly path: string },
  signal: AbortSignal,
): Promise<string | null> {
  const path = of.path.split('/').map(encodeURIComponent).join('/')
  if (
    path === '' ||
    of.path.split('/').some((part) => part === '' || part === '.' || part === '..')
  )
    return null
  const answer = await callStream(
    connection,
    {
      repository: of.repository,
      route: `GET /repos/{owner}/{repo}/contents/${path}`,
      params: { ref: of.commit, headers: { accept: 'application/vnd.github.raw+json' } },
      what: `reading ${of.path} of ${of.repository}`,
      absent: [404],
    },
    signal,
  )
  const bytes = answer && (await readBytes(answer.body, fileMax))
  if (!answer || !bytes) return null
  // A folder, a submodule or a link has no raw form: GitHub then answers with JSON about it.
  const about = /^application\/json/.test(answer.type) ? described(bytes) : null
  const content = about === null ? bytes : about.content
  return content && isUtf8(content) && !content.includes(0) ? content.toString('utf8') : null
}

/**
 * GitHub's JSON about an entry: its content, or null content for what is no file. Null if the bytes
 * are not that.
 */
function described(bytes: Buffer): { readonly content: Buffer | null } | null {
  try {
    const about = JSON.parse(bytes.toString('utf8')) as {
      type?: unknown
      encoding?: unknown
      content?: unknown
      sha?: unknown
    } | null
    if (Array.isArray(about))
      return about.every((entry) => typeof entry?.sha === 'string') ? { content: null } : null
    if (typeof about?.sha !== 'string' || typeof about.type !== 'string') return null
    const isFile =
      about.type === 'file' && about.encoding === 'base64' && typeof about.content === 'string'
    return { content: isFile ? Buffer.from(String(about.content), 'base64') : null }
  } catch {
    return null
  }
}

/**
 * The end of a job's log. GitHub redirects to a signed address, which is followed without our
 * credentials (another origin), and answers 404 or 410 where the check is no Actions job or the log
 * has expired.
 */
export async function readJobLog(
  connection: Connection,
  of: { readonly repository: string; readonly checkRunId: number; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await callStream(
    connection,
    {
      repository: of.repository,
      route: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
      params: { job_id: of.checkRunId },
      what: `reading the log of job ${of.checkRunId} of ${of.repository}`,
      absent: [404, 410],
    },
    signal,
  )
  return answer && readTail(answer.body, of.maxBytes)
}
