import type { GithubSettings } from '../../services/judge/src/adapters/github/client/settings.ts'
import { createGithub } from '../../services/judge/src/adapters/github/github.ts'
import { type Failure, isFailure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { type CommitSha, parseCommitSha } from '../../services/judge/src/run/run.ts'
import { createGithubWorld, type GithubOptions, type GithubWorld } from '../world/github.ts'

export const repository = 'acme/widgets'
export const start = Date.parse('2026-05-01T10:00:00Z')

/** A simulated GitHub, whose clock advances a second with every use, and the adapter for it. */
export async function setUp(setup: GithubOptions = {}, settings: Partial<GithubSettings> = {}) {
  let at = start
  const advance = () => {
    at += 1000
    return at
  }
  const world = await createGithubWorld({ now: () => new Date(advance()), ...setup })
  const requests: string[] = []
  const github = createGithub({
    apiUrl: world.url,
    graphqlUrl: world.graphqlUrl,
    credentials: { kind: 'token', token: 'ghp_secretsecretsecret' },
    reviewRequestToken: null,
    now: () => toInstant(at),
    timeout: 20_000,
    retryPause: 1,
    onRequest: (api, outcome) => requests.push(`${api} ${outcome}`),
    ...settings,
  })
  return { world, github, requests }
}

export const never = new AbortController().signal

/** Creates a repository with a pull request that changes one file and has no checks or reviews. */
export function openPullRequest(
  world: GithubWorld,
  options: { branch?: string; draft?: boolean } = {},
) {
  const { branch = 'codex/issue-7', draft = false } = options
  world.repository(repository, {
    'README.md': '# widgets\n',
    'src/sum.ts': 'export const sum = 1\n',
  })
  world.push(repository, branch, { 'src/sum.ts': 'export const sum = 2\n' })
  return world.openPullRequest(repository, {
    branch,
    draft,
    number: 12,
    title: 'Sum',
    body: 'Closes #7',
  })
}

export const toSha = (text: string): CommitSha => {
  const found = parseCommitSha(text)
  if (found === null) throw new Error(`${text} is not a commit ID`)
  return found
}

/** The failure that a call rejects with. Any other result fails the test. */
export async function catchFailure(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (isFailure(error)) return error
  throw error
}
