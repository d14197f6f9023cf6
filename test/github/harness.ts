import type { GithubSettings } from '../../services/judge/src/adapters/github/client/settings.ts'
import { createGithub } from '../../services/judge/src/adapters/github/github.ts'
import { type Failure, isFailure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { type CommitSha, parseCommitSha } from '../../services/judge/src/run/run.ts'
import { type GithubOptions, type GithubWorld, createGithubWorld } from '../world/github.ts'

export const repository = 'acme/widgets'
export const start = Date.parse('2026-05-01T10:00:00Z')

/**
 * A world of its own with a clock that moves a second at every look, and the adapter in front of
 * it.
 */
export async function setUp(setup: GithubOptions = {}, settings: Partial<GithubSettings> = {}) {
  let at = start
  const tick = () => {
    at += 1000
    return at
  }
  const world = await createGithubWorld({ now: () => new Date(tick()), ...setup })
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

/** A repository with a pull request of one changed file, and nothing said about it yet. */
export function pullRequest(
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

export const sha = (text: string): CommitSha => {
  const found = parseCommitSha(text)
  if (found === null) throw new Error(`${text} is no commit id`)
  return found
}

/** The failure a call ends with; a call that succeeds, or throws something else, fails the test. */
export async function catchFailure(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (isFailure(error)) return error
  throw error
}
