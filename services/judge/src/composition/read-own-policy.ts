import { createHash } from 'node:crypto'
import type { GithubReads } from '../github/port.ts'
import type { OwnPolicyFile } from '../history/policy/policy-routes.ts'
import { getErrorMessage } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import { memoize } from '../lib/memoize.ts'

interface OwnPolicyDeps {
  readonly github: Pick<GithubReads, 'readRepositoryContext'>
  readonly mayJudge: (repository: string) => boolean
  readonly mask: Mask
  readonly now: () => number
}

const TIMEOUT_MS = 10_000
/** Pages are reloaded; GitHub is asked once in this time for each repository. */
const FRESH_MS = 30_000
const MAX_REPOSITORIES = 200

/** Reads the policy file of a repository for people: never rejects, and says why it has no file. */
export function createReadOwnPolicy(
  deps: OwnPolicyDeps,
): (repository: string) => Promise<OwnPolicyFile> {
  const read = memoize(
    ({ repository }: { readonly repository: string; readonly slot: number }) =>
      readFile(deps, repository),
    {
      identify: ({ repository, slot }) => `${repository.toLowerCase()} ${slot}`,
      max: MAX_REPOSITORIES,
    },
  )
  return (repository) =>
    deps.mayJudge(repository)
      ? read({ repository, slot: Math.floor(deps.now() / FRESH_MS) })
      : Promise.resolve(withFault(`GITHUB_REPOSITORIES does not include ${repository}.`))
}

const withFault = (fault: string): OwnPolicyFile => ({ text: null, sha: null, fault })

async function readFile({ github, mask }: OwnPolicyDeps, repository: string) {
  try {
    const of = { repository, issueNumber: null, branch: null }
    const { policyText } = await github.readRepositoryContext(of, AbortSignal.timeout(TIMEOUT_MS))
    if (policyText === null) return { text: null, sha: null, fault: null }
    return { text: await mask(policyText), sha: hashBlob(policyText), fault: null }
  } catch (error) {
    return withFault(await mask(`Its own file cannot be read: ${getErrorMessage(error)}`))
  }
}

/** The name that git gives to a file of this content. */
const hashBlob = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
