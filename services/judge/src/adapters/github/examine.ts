import { createAppAuth } from '@octokit/auth-app'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Finding } from '../../lib/finding.ts'
import { asText, at, type Json } from '../../lib/json.ts'
import type { GithubCredentials } from './client/settings.ts'

interface ExaminationInput {
  readonly apiUrl: string
  readonly credentials: GithubCredentials
  /** Globs for `owner/name`. */
  readonly repositories: readonly string[]
  /** Whether the policy re-runs failed jobs, and writes commit statuses. */
  readonly reruns: boolean
  readonly statuses: boolean
}

interface GithubApiAnswer {
  readonly status: number
  readonly scopes: string | null
  readonly data: Json
}

type ReadApi = (path: string, authorization: string) => Promise<GithubApiAnswer>

/**
 * Checks what the credentials permit, by requests that only read. GitHub lists the permissions of
 * an App and sends the scopes of a classic token as a header. The permissions of a fine-grained
 * token are not listed: its reads are tried on the repositories named without a glob, and its
 * writes cannot be checked. Rejects if GitHub is not reachable.
 */
export async function examineGithub(
  input: ExaminationInput,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const read: ReadApi = async (path, authorization) => {
    const response = await fetch(`${input.apiUrl}${path}`, {
      headers: {
        authorization,
        accept: 'application/vnd.github+json',
        'user-agent': 'codex-judge',
      },
      redirect: 'manual',
      signal,
    }).catch((error: unknown) => {
      const reason = getErrorMessage(error)
      throw new Error(
        `${input.apiUrl} cannot be reached (${reason}): check GITHUB_API_URL and the network`,
      )
    })
    const data = (await response.json().catch(() => null)) as Json
    return { status: response.status, scopes: response.headers.get('x-oauth-scopes'), data }
  }
  return input.credentials.kind === 'app'
    ? await examineApp(input, input.credentials, read)
    : await examineToken(input, input.credentials, read)
}

type PermissionLevel = 'read' | 'write'
/**
 * The permissions by their names on GitHub, with what each is for. Those of re-runs and statuses
 * are needed only if the policy uses them.
 */
const listNeededPermissions = ({
  reruns,
  statuses,
}: ExaminationInput): readonly (readonly [
  string,
  PermissionLevel,
  string,
  'failed' | 'warn',
])[] => [
  ['metadata', 'read', 'to see a repository', 'failed'],
  ['contents', 'read', 'to read diffs and files', 'failed'],
  ['checks', 'read', 'to see check runs', 'failed'],
  ['actions', 'read', 'to read logs of failed jobs', 'failed'],
  ['pull_requests', 'write', 'to request a review', 'failed'],
  ['issues', 'write', 'to request a review', 'failed'],
  ...(statuses ? [['statuses', 'write', 'to write its commit status', 'failed'] as const] : []),
  ...(reruns
    ? [
        [
          'actions',
          'write',
          'for ci.rerun_failed_once; without it, a failure counts without a re-run',
          'warn',
        ] as const,
        [
          'checks',
          'write',
          'for suites of other apps; without it, their failures count without a re-run',
          'warn',
        ] as const,
      ]
    : []),
]

async function examineApp(
  input: ExaminationInput,
  { appId, privateKey }: Extract<GithubCredentials, { kind: 'app' }>,
  read: ReadApi,
): Promise<readonly Finding[]> {
  const auth = createAppAuth({ appId, privateKey })
  const { token } = await auth({ type: 'app' }).catch((error: unknown) => {
    const reason = getErrorMessage(error)
    throw new Error(
      `GITHUB_APP_PRIVATE_KEY is not a private key (${reason}): set it to the App's PEM file`,
    )
  })
  const listed = await read('/app/installations?per_page=100', `Bearer ${token}`)
  if (listed.status !== 200 || !Array.isArray(listed.data))
    return fail(
      `GitHub refuses the App (${listed.status})`,
      'check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY',
    )
  if (listed.data.length === 0)
    return fail('the App is not installed anywhere', 'install it on the repositories to judge')
  return listed.data.flatMap((installation: Json): readonly Finding[] => {
    const owner = asText(at(installation, 'account', 'login')) ?? 'an owner'
    if (asText(at(installation, 'suspended_at')) !== null)
      return fail(
        `the installation of ${owner} is suspended`,
        `unsuspend it in the settings of ${owner}`,
      )
    const permissions = at(installation, 'permissions')
    const missing = listNeededPermissions(input).filter(
      ([name, level]) => !isAllowed(asText(at(permissions, name)), level),
    )
    return missing.length === 0
      ? [{ state: 'ok', message: `the App has all permissions it needs on ${owner}` }]
      : missing.map(([name, level, purpose, state]) => ({
          state,
          message: `${owner}: grant ${name}: ${level}, ${purpose}`,
        }))
  })
}

const isAllowed = (granted: string | null, level: PermissionLevel): boolean =>
  granted === 'write' || granted === 'admin' || granted === level

async function examineToken(
  input: ExaminationInput,
  { token }: Extract<GithubCredentials, { kind: 'token' }>,
  read: ReadApi,
): Promise<readonly Finding[]> {
  const authorization = `Bearer ${token}`
  const limits = await read('/rate_limit', authorization)
  if (limits.status === 401)
    return fail(
      'GitHub refuses GITHUB_TOKEN (401)',
      'it expired or was revoked; create another one',
    )
  const named = input.repositories.filter((name) => /^[\w.-]+\/[\w.-]+$/.test(name))
  const reads = (
    await Promise.all(named.map((repository) => examineRepository(repository, authorization, read)))
  ).flat()
  if (limits.scopes !== null) {
    const scopes = limits.scopes.split(',').map((scope) => scope.trim())
    return [checkScopes(scopes), ...reads]
  }
  return [
    named.length === 0
      ? {
          state: 'warn',
          message: 'the token is valid; to check its permissions, set GITHUB_REPOSITORIES',
        }
      : {
          state: 'ok',
          message: 'the token is valid; its write permissions are only checked by the first write',
        },
    ...reads,
  ]
}

function checkScopes(scopes: readonly string[]): Finding {
  if (scopes.includes('repo'))
    return { state: 'ok', message: 'the classic token has the scope repo' }
  const present = `the classic token has the scopes "${scopes.join(', ')}"`
  return {
    state: scopes.includes('public_repo') ? 'warn' : 'failed',
    message: `${present}: give it the scope repo (public_repo covers public repositories only)`,
  }
}

const fail = (problem: string, remedy: string): readonly Finding[] => [
  { state: 'failed', message: `${problem}: ${remedy}` },
]

/** Tries each read permission with the cheapest request that needs it. */
async function examineRepository(
  repository: string,
  authorization: string,
  read: ReadApi,
): Promise<readonly Finding[]> {
  const base = `/repos/${repository}`
  const repositoryAnswer = await read(base, authorization)
  if (repositoryAnswer.status !== 200)
    return fail(
      `${repository} is not visible (${repositoryAnswer.status})`,
      'give the token access to it, with metadata: read',
    )
  const branch = encodeURIComponent(asText(at(repositoryAnswer.data, 'default_branch')) ?? 'HEAD')
  const answers = await Promise.all(
    (
      [
        ['contents', `${base}/commits?per_page=1`],
        ['checks', `${base}/commits/${branch}/check-runs?per_page=1`],
        ['actions', `${base}/actions/runs?per_page=1`],
        ['pull requests', `${base}/pulls?per_page=1`],
        ['issues', `${base}/issues?per_page=1`],
        ['commit statuses', `${base}/commits/${branch}/statuses?per_page=1`],
      ] as const
    ).map(async ([name, path]) => [name, (await read(path, authorization)).status] as const),
  )
  const refused = answers.filter(([, status]) => status === 401 || status === 403 || status === 404)
  return refused.length === 0
    ? [{ state: 'ok', message: `${repository} can be read` }]
    : refused.map(([name, status]) => ({
        state: 'failed',
        message: `${repository}: ${name} cannot be read (${status}): grant ${name}: read`,
      }))
}
