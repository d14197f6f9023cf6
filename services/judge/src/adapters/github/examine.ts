import { createAppAuth } from '@octokit/auth-app'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Finding } from '../../lib/finding.ts'
import { asText, at, type Json } from '../../lib/json.ts'
import { fetchBounded, JSON_BYTES } from '../fetch-bounded.ts'
import type { GithubCredentials } from './client/settings.ts'

/**
 * A finding about the credentials: that they are valid at all, what they permit, or neither.
 * `account` is that of the token that requests reviews, if the finding is about it.
 */
export interface GithubFinding extends Finding {
  readonly about: 'credentials' | 'permission' | 'note'
  readonly account?: string
}

export interface ExaminationInput {
  readonly apiUrl: string
  readonly credentials: GithubCredentials
  readonly reviewRequestToken: string | null
  /** Globs for `owner/name`. */
  readonly repositories: readonly string[]
  /** Whether the policy re-runs failed jobs, and writes commit statuses. */
  readonly reruns: boolean
  readonly statuses: boolean
  /** Whether the service shows its state as a check run, which only an App can. */
  readonly checkRuns: boolean
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
): Promise<readonly GithubFinding[]> {
  const read: ReadApi = async (path, authorization) => {
    const request = {
      headers: {
        authorization,
        accept: 'application/vnd.github+json',
        'user-agent': 'codex-judge',
      },
      redirect: 'manual',
      signal,
    } as const
    const response = await fetchBounded(`${input.apiUrl}${path}`, request, {
      maxBytes: JSON_BYTES,
    }).catch((error: unknown) => {
      const reason = getErrorMessage(error)
      throw new Error(
        `${input.apiUrl} cannot be reached (${reason}): check GITHUB_API_URL and the network`,
      )
    })
    const data = (await response.json().catch(() => null)) as Json
    return { status: response.status, scopes: response.headers.get('x-oauth-scopes'), data }
  }
  const findings =
    input.credentials.kind === 'app'
      ? await examineApp(input, input.credentials, read)
      : await examineToken(input, input.credentials, read)
  return input.reviewRequestToken === null
    ? findings
    : [...findings, ...(await examineReviewToken(input.reviewRequestToken, read))]
}

/** The account of the watched calls that request reviews. */
export const REVIEW_ACCOUNT = 'review requests'

async function examineReviewToken(token: string, read: ReadApi): Promise<readonly GithubFinding[]> {
  const { status } = await read('/rate_limit', `Bearer ${token}`)
  if (status !== 401) return []
  const [problem] = refuseCredentials(
    'GitHub refuses GITHUB_REVIEW_REQUEST_TOKEN (401)',
    'it expired or was revoked; create another one',
  )
  return problem ? [{ ...problem, account: REVIEW_ACCOUNT }] : []
}

type PermissionLevel = 'read' | 'write'
/**
 * The permissions by their names on GitHub, with what each is for. Those of re-runs and statuses
 * are needed only if the policy uses them.
 */
const listNeededPermissions = ({
  reruns,
  statuses,
  checkRuns,
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
  ['issues', 'write', 'to ask people on the pull request, and to request a review', 'failed'],
  ...(statuses ? [['statuses', 'write', 'to write its commit status', 'failed'] as const] : []),
  ...(checkRuns
    ? [
        [
          'checks',
          'write',
          'for status.check_run; without it, the commit status is set',
          'warn',
        ] as const,
      ]
    : []),
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
): Promise<readonly GithubFinding[]> {
  const auth = createAppAuth({ appId, privateKey })
  const { token } = await auth({ type: 'app' }).catch((error: unknown) => {
    const reason = getErrorMessage(error)
    throw new Error(
      `GITHUB_APP_PRIVATE_KEY is not a private key (${reason}): set it to the App's PEM file`,
    )
  })
  const listed = await read('/app/installations?per_page=100', `Bearer ${token}`)
  if (listed.status === 401 || listed.status === 403)
    return refuseCredentials(
      `GitHub refuses the App (${listed.status})`,
      'check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY',
    )
  if (listed.status !== 200 || !Array.isArray(listed.data))
    throw new Error(
      `${input.apiUrl}/app/installations answered ${listed.status}: check GITHUB_API_URL`,
    )
  if (listed.data.length === 0)
    return missPermission(
      'the App is not installed anywhere: install it on the repositories to judge',
    )
  return listed.data.flatMap((installation: Json): readonly GithubFinding[] => {
    const owner = asText(at(installation, 'account', 'login')) ?? 'an owner'
    if (asText(at(installation, 'suspended_at')) !== null)
      return missPermission(
        `the installation of ${owner} is suspended: unsuspend it in the settings of ${owner}`,
      )
    const permissions = at(installation, 'permissions')
    const missing = listNeededPermissions(input).filter(
      ([name, level]) => !isAllowed(asText(at(permissions, name)), level),
    )
    return missing.length === 0
      ? [note('ok', `the App has all permissions it needs on ${owner}`)]
      : missing.map(([name, level, purpose, state]) => ({
          state,
          about: 'permission',
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
): Promise<readonly GithubFinding[]> {
  const authorization = `Bearer ${token}`
  const limits = await read('/rate_limit', authorization)
  if (limits.status === 401)
    return refuseCredentials(
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
  // GitHub's docs: fine-grained tokens have no permission for checks.
  const warnings = isFineGrained(token)
    ? [
        note(
          'warn',
          'a fine-grained token cannot read the checks of private repositories: use a GitHub App, ' +
            'or a classic token with the scope repo',
        ),
      ]
    : []
  return [
    named.length === 0
      ? note('warn', 'the token is valid; to check its permissions, set GITHUB_REPOSITORIES')
      : note('ok', 'the token is valid; its write permissions are only checked by the first write'),
    ...warnings,
    ...reads,
  ]
}

const isFineGrained = (token: string): boolean => token.startsWith('github_pat_')

function checkScopes(scopes: readonly string[]): GithubFinding {
  if (scopes.includes('repo')) return note('ok', 'the classic token has the scope repo')
  const present = `the classic token has the scopes "${scopes.join(', ')}"`
  return {
    state: scopes.includes('public_repo') ? 'warn' : 'failed',
    about: 'permission',
    message: `${present}: give it the scope repo (public_repo covers public repositories only)`,
  }
}

const note = (state: 'ok' | 'warn', message: string): GithubFinding => ({
  state,
  about: 'note',
  message,
})
const refuseCredentials = (problem: string, remedy: string): readonly GithubFinding[] => [
  { state: 'failed', about: 'credentials', message: `${problem}: ${remedy}` },
]
const missPermission = (message: string): readonly GithubFinding[] => [
  { state: 'failed', about: 'permission', message },
]

/** Tries each read permission with the cheapest request that needs it. */
async function examineRepository(
  repository: string,
  authorization: string,
  read: ReadApi,
): Promise<readonly GithubFinding[]> {
  const base = `/repos/${repository}`
  const repositoryAnswer = await read(base, authorization)
  if (repositoryAnswer.status !== 200)
    return missPermission(
      `${repository} is not visible (${repositoryAnswer.status}): ` +
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
    ? [note('ok', `${repository} can be read`)]
    : refused.map(([name, status]) => ({
        state: 'failed',
        // What does not exist may also be switched off, or unknown to another server.
        about: status === 404 ? 'note' : 'permission',
        message: `${repository}: ${name} cannot be read (${status}): grant ${name}: read`,
      }))
}
