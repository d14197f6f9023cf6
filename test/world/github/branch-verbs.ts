import { deleteBranch, moveBranch, pushFiles } from './changes.ts'
import { addCommit } from './git.ts'
import { formatNow, type GithubState, getRepository } from './state.ts'

/** Path → content; null removes the file. */
export type Files = Readonly<Record<string, string | null>>

/** What people and the agent do to branches. */
export const createBranchVerbs = (world: GithubState) => ({
  /**
   * Commits files to a branch (null removes one) and creates the branch from the default one if it
   * is new. Returns the commit.
   */
  push: (
    name: string,
    branch: string,
    files: Files,
    options: {
      by?: string
      message?: string
      committedAt?: string
      /** Git's modes of files that are not plain ones. */
      modes?: Readonly<Record<string, string>>
    } = {},
  ): string =>
    pushFiles(world, getRepository(world, name), {
      branch,
      files,
      by: 'codex-agent',
      ...options,
    }),
  /** Rewrites a branch to one commit with these files on top of another, by default the base. */
  forcePush(name: string, branch: string, files: Files, onto?: string): string {
    const repository = getRepository(world, name)
    const from = onto ?? repository.branches.get(repository.defaultBranch)
    return pushFiles(world, repository, {
      branch,
      files,
      by: 'codex-agent',
      message: 'Rewritten',
      ...(from ? { from } : {}),
    })
  },
  /** Points a branch at an existing commit, backwards too. */
  resetBranch: (name: string, branch: string, to: string): void =>
    moveBranch(world, getRepository(world, name), { branch, to, by: 'codex-agent' }),
  /** If the branch was merged, GitHub moves what builds on it; otherwise it closes that. */
  deleteBranch: (name: string, branch: string, by = 'maintainer'): void =>
    deleteBranch(world, getRepository(world, name), { branch, by }),
  /** A commit on no branch: GitHub knows it, the pull request does not. */
  strayCommit(name: string, files: Files): string {
    const repository = getRepository(world, name)
    const base = repository.commits.get(repository.branches.get(repository.defaultBranch) ?? '')
    const all = new Map([
      ...(base?.files ?? []),
      ...Object.entries(files).flatMap(([path, text]) =>
        text === null ? [] : [[path, text] as const],
      ),
    ])
    return addCommit(repository, {
      parents: base ? [base.sha] : [],
      files: all,
      modes: new Map(base?.modes),
      message: 'Stray',
      author: 'codex-agent',
      at: formatNow(world),
    }).sha
  },
})
