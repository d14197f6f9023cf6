import type { Files } from './branch-verbs.ts'
import { pushFiles } from './changes.ts'
import {
  findRepository,
  type GithubState,
  getRepository,
  type Repository,
  type Requirement,
} from './state.ts'

/** What people do to repositories. */
export const createRepositoryVerbs = (world: GithubState) => ({
  /** A repository with a first commit on its default branch. */
  repository(
    fullName: string,
    files: Files = { 'README.md': `# ${fullName}\n` },
    defaultBranch = 'main',
  ): Repository {
    const repository: Repository = {
      id: world.nextId(),
      fullName,
      defaultBranch,
      pushedAt: null,
      commits: new Map(),
      branches: new Map(),
      issues: new Map(),
      pulls: new Map(),
      checkRuns: [],
      suites: [],
      statuses: [],
      requirements: [],
      protectionHidden: false,
      logs: new Map(),
    }
    world.repositories.set(fullName.toLowerCase(), repository)
    pushFiles(world, repository, {
      branch: defaultBranch,
      files,
      by: 'maintainer',
      message: 'First commit',
    })
    return repository
  },
  /** The repository gets another owner or name; GitHub still knows it by the former one. */
  transfer(name: string, to: string): void {
    const repository = getRepository(world, name)
    const former = repository.fullName
    repository.fullName = to
    for (const pull of repository.pulls.values())
      if (pull.headRepository === former) pull.headRepository = to
    world.repositories.delete(former.toLowerCase())
    world.repositories.set(to.toLowerCase(), repository)
    world.formerNames.delete(to.toLowerCase())
    for (const known of [former.toLowerCase(), ...world.formerNames.keys()])
      if (findRepository(world, known) === undefined) world.formerNames.set(known, to.toLowerCase())
  },
  hideProtection(name: string): void {
    getRepository(world, name).protectionHidden = true
  },
  /**
   * The default branch requires checks, of any app or of one; `strict` also requires branches to be
   * up to date.
   */
  requires(
    name: string,
    checks: readonly string[],
    options: Partial<Omit<Requirement, 'checks'>> = {},
  ): void {
    const repository = getRepository(world, name)
    repository.requirements.push({
      branch: repository.defaultBranch,
      strict: false,
      by: 'protection',
      app: null,
      ...options,
      checks,
    })
  },
})
