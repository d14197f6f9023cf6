import type { GithubWrites } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { callJson, callList } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'

type CheckRunInput = Parameters<GithubWrites['setCheckRun']>[0]

/** GitHub's limit for the annotations of one request. */
const ANNOTATIONS_AT_ONCE = 50
/** GitHub's limits, in characters. */
const MAX_SUMMARY_CHARS = 65_535

const conclusions = {
  pending: null,
  success: 'success',
  failure: 'failure',
  error: 'action_required',
} as const

/**
 * Sets a check run. GitHub adds the annotations of a request to those that are there, so what an
 * earlier try has sent is read first and left out.
 */
export async function setCheckRun(
  connection: GithubConnection,
  input: CheckRunInput,
  signal: AbortSignal,
): Promise<number | null> {
  const { credentials } = connection.settings
  if (credentials.kind !== 'app') return null
  const id = await updateOrCreate(connection, { ...input, appId: credentials.appId }, signal)
  if (input.annotations.length === 0) return id
  const known = await listAnnotations(connection, { ...input, id }, signal)
  const missing = input.annotations.map(toRestAnnotation).filter((one) => !known.has(identify(one)))
  for (let at = 0; at < missing.length; at += ANNOTATIONS_AT_ONCE) {
    const annotations = missing.slice(at, at + ANNOTATIONS_AT_ONCE)
    await update(connection, { ...input, id, output: { ...toOutput(input), annotations } }, signal)
  }
  return id
}

async function updateOrCreate(
  connection: GithubConnection,
  input: CheckRunInput & { readonly appId: string },
  signal: AbortSignal,
): Promise<number> {
  const output = toOutput(input)
  const known = input.known ?? (await find(connection, input, signal))
  if (known !== null && (await update(connection, { ...input, id: known, output }, signal)))
    return known
  const { repository, commit } = input
  const answer = await callJson(
    connection,
    {
      repository,
      route: 'POST /repos/{owner}/{repo}/check-runs',
      params: { head_sha: commit, ...toState(input), output },
      action: `creating the check run of ${repository} at ${commit.slice(0, 12)}`,
    },
    signal,
  )
  return readId(answer?.data, 'unknown')
}

/** The check run that the App has for the commit; null if it has none. */
async function find(
  connection: GithubConnection,
  { repository, commit, name, appId }: CheckRunInput & { readonly appId: string },
  signal: AbortSignal,
): Promise<number | null> {
  const action = `looking for the check run of ${repository} at ${commit.slice(0, 12)}`
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
  const params = { ref: commit, check_name: name, app_id: Number(appId), filter: 'latest' }
  const answer = await callJson(connection, { repository, route, params, action }, signal)
  const { check_runs: runs } = (answer?.data ?? {}) as { check_runs?: unknown }
  const [found] = Array.isArray(runs) ? runs : []
  return found === undefined ? null : readId(found, 'unavailable')
}

/** False if it does not exist any more. */
async function update(
  connection: GithubConnection,
  { id, output, ...input }: CheckRunInput & { readonly id: number; readonly output: object },
  signal: AbortSignal,
): Promise<boolean> {
  const { repository } = input
  const answer = await callJson(
    connection,
    {
      repository,
      route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      params: { check_run_id: id, ...toState(input), output },
      action: `updating check run ${id} of ${repository}`,
      absentStatuses: [404],
    },
    signal,
  )
  return answer !== null
}

interface RestAnnotation {
  readonly path: string
  readonly start_line: number
  readonly message: string
}

async function listAnnotations(
  connection: GithubConnection,
  { repository, id }: { readonly repository: string; readonly id: number },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const action = `reading the annotations of check run ${id} of ${repository}`
  const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations'
  const params = { check_run_id: id }
  const all = (await callList(
    connection,
    { repository, route, params, action },
    signal,
  )) as readonly RestAnnotation[]
  return new Set(all.map(identify))
}

const identify = ({ path, start_line, message }: RestAnnotation): string =>
  JSON.stringify([path, start_line, message])

const toRestAnnotation = ({
  path,
  line,
  level,
  title,
  message,
}: CheckRunInput['annotations'][number]) => ({
  path,
  start_line: line,
  end_line: line,
  annotation_level: level,
  title,
  message,
})

const toState = ({ name, state, detailsUrl }: Omit<CheckRunInput, 'commit'>) => ({
  name,
  details_url: detailsUrl,
  ...(conclusions[state] === null
    ? { status: 'in_progress' }
    : { status: 'completed', conclusion: conclusions[state] }),
})

const toOutput = ({ title, summary }: CheckRunInput) => ({
  title,
  summary: summary.slice(0, MAX_SUMMARY_CHARS),
})

function readId(data: unknown, kind: 'unknown' | 'unavailable'): number {
  const { id } = (data ?? {}) as { id?: unknown }
  if (typeof id === 'number') return id
  throw new Failure(kind, 'GitHub: the answer has a check run without an id')
}
