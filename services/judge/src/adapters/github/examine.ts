import { createAppAuth } from '@octokit/auth-app'
import { messageOf } from '../../lib/failure.ts'
import type { Finding } from '../../lib/finding.ts'
import type { GithubCredentials } from './client/settings.ts'

/*
 * What the credentials allow, as far as reads tell. An App's permissions are listed by GitHub. A
 * classic token's scopes come as a header. A fine-grained token's are not told anywhere: its reads
 * are tried on the repositories that are named without a glob, and its writes show with the first
 * write.
 */

interface Examined {
  readonly apiUrl: string
  readonly credentials: GithubCredentials
  /** Globs of `owner/name`. */
  readonly repositories: readonly string[]
  /** Does the policy re-run failed jobs, and write commit statuses? */
  readonly reruns: boolean
  readonly statuses: boolean
}

interface Answer {
  readonly status: number
  readonly scopes: string | null
  readonly data: unknown
}

type Read = (path: string, authorization: string) => Promise<Answer>

export async function examineGithub(
  of: Examined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const read: Read = async (path, authorization) => {
    const response = await fetch(`${of.apiUrl}${path}`, {
      headers: {
        authorization,
        accept: 'application/vnd.github+json',
        'user-agent': 'codex-judge',
      },
      redirect: 'manual',
      signal,
    }).catch((error: unknown) => {
      throw new Error(
        `${of.apiUrl} is not reached (${messageOf(error)}): check GITHUB_API_URL and the way out`,
      )
    })
    const data: unknown = await response.json().catch(() => null)
    return { status: response.status, scopes: response.headers.get('x-oauth-scopes'), data }
  }
  return of.credentials.kind === 'app'
    ? await ofApp(of, of.credentials, read)
    : await ofToken(of, of.credentials, read)
}

type Level = 'read' | 'write'
/**
 * As GitHub spells them; what it is for, in words. The last of them are needed only where the
 * policy asks for it.
 */
const needs = ({
  reruns,
  statuses,
}: Examined): readonly (readonly [string, Level, string, 'failed' | 'warn'])[] => [
  ['metadata', 'read', 'to see a repository', 'failed'],
  ['contents', 'read', 'to read diffs and files', 'failed'],
  ['checks', 'read', 'to see check runs', 'failed'],
  ['actions', 'read', 'to read logs of failed jobs', 'failed'],
  ['pull_requests', 'write', 'to ask for a review', 'failed'],
  ['issues', 'write', 'to ask for a review', 'failed'],
  ...(statuses ? [['statuses', 'write', 'to write its commit status', 'failed'] as const] : []),
  ...(reruns
    ? [
        [
          'actions',
          'write',
          'for ci.rerun_failed_once; without it a failure counts at once',
          'warn',
        ] as const,
        [
          'checks',
          'write',
          "to re-request other apps' suites; without it their failure counts at once",
          'warn',
        ] as const,
      ]
    : []),
]

async function ofApp(
  of: Examined,
  { appId, privateKey }: Extract<GithubCredentials, { kind: 'app' }>,
  read: Read,
): Promise<readonly Finding[]> {
  const auth = createAppAuth({ appId, privateKey })
  const { token } = await auth({ type: 'app' }).catch((error: unknown) => {
    throw new Error(
      `GITHUB_APP_PRIVATE_KEY is no key that signs (${messageOf(error)}): give the App's PEM file`,
    )
  })
  const listed = await read('/app/installations?per_page=100', `Bearer ${token}`)
  if (listed.status !== 200 || !Array.isArray(listed.data))
    return [
      {
        state: 'failed',
        said: `the App is refused (${listed.status}): check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY`,
      },
    ]
  if (listed.data.length === 0)
    return [
      {
        state: 'failed',
        said: 'the App is installed nowhere: install it on the repositories to judge',
      },
    ]
  return listed.data.flatMap((installation: unknown): readonly Finding[] => {
    const owner = text(at(at(installation, 'account'), 'login')) ?? 'an owner'
    if (text(at(installation, 'suspended_at')) !== null)
      return [
        { state: 'failed', said: `the installation of ${owner} is suspended: unsuspend it there` },
      ]
    const permissions = at(installation, 'permissions')
    const missing = needs(of).filter(([name, level]) => !allows(text(at(permissions, name)), level))
    return missing.length === 0
      ? [{ state: 'ok', said: `the App has what it needs of ${owner}` }]
      : missing.map(([name, level, what, state]) => ({
          state,
          said: `${owner}: grant ${name}: ${level}, ${what}`,
        }))
  })
}

const allows = (granted: string | null, level: Level): boolean =>
  granted === 'write' || granted === 'admin' || granted === level

async function ofToken(
  of: Examined,
  { token }: Extract<GithubCredentials, { kind: 'token' }>,
  read: Read,
): Promise<readonly Finding[]> {
  const authorization = `Bearer ${token}`
  const limits = await read('/rate_limit', authorization)
  if (limits.status === 401)
    return [
      {
        state: 'failed',
        said: 'GITHUB_TOKEN is refused (401): it has expired or was taken back; make another',
      },
    ]
  const named = of.repositories.filter((name) => /^[\w.-]+\/[\w.-]+$/.test(name))
  const reads = (
    await Promise.all(named.map((repository) => readable(repository, authorization, read)))
  ).flat()
  if (limits.scopes !== null) {
    const scopes = limits.scopes.split(',').map((scope) => scope.trim())
    const enough = scopes.includes('repo')
    return [
      enough
        ? { state: 'ok', said: 'the classic token has the scope repo' }
        : {
            state: scopes.includes('public_repo') ? 'warn' : 'failed',
            said: `the classic token has the scopes "${limits.scopes}": give it repo (public_repo reaches public repositories only)`,
          },
      ...reads,
    ]
  }
  return [
    named.length === 0
      ? {
          state: 'warn',
          said: 'the token is accepted; name repositories in GITHUB_REPOSITORIES to have its permissions tried on them',
        }
      : {
          state: 'ok',
          said: 'the token is accepted; what it may write shows with the first write (pull requests, issues, commit statuses)',
        },
    ...reads,
  ]
}

/** Each read permission is tried with the cheapest request that needs it. */
async function readable(
  repository: string,
  authorization: string,
  read: Read,
): Promise<readonly Finding[]> {
  const base = `/repos/${repository}`
  const whole = await read(base, authorization)
  if (whole.status !== 200)
    return [
      {
        state: 'failed',
        said: `${repository} is not seen (${whole.status}): give the token access to it, with metadata: read`,
      },
    ]
  const branch = encodeURIComponent(text(at(whole.data, 'default_branch')) ?? 'HEAD')
  const tried = await Promise.all(
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
  const refused = tried.filter(([, status]) => status === 401 || status === 403 || status === 404)
  return refused.length === 0
    ? [{ state: 'ok', said: `${repository} can be read` }]
    : refused.map(([name, status]) => ({
        state: 'failed',
        said: `${repository}: ${name} cannot be read (${status}): grant ${name}: read`,
      }))
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null
