/*
 * The state of the simulated GitHub. It is mutable, and tests may read all of it; only the verbs
 * and the REST writes of the service change it.
 */
export interface Account {
  readonly login: string
  readonly kind: 'User' | 'Bot'
  readonly id: number
  /** How the account belongs to every repository. */
  association: 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE'
  deleted: boolean
}

export interface Commit {
  readonly sha: string
  readonly parents: readonly string[]
  readonly files: ReadonlyMap<string, string>
  /** Git's modes of the files that are not plain ones (`100644`). */
  readonly modes: ReadonlyMap<string, string>
  readonly message: string
  readonly author: string
  readonly at: string
}

export interface IssueComment {
  readonly id: number
  readonly author: string
  body: string
  readonly createdAt: string
  editedAt: string | null
  readonly reactions: Reaction[]
}

export interface Issue {
  readonly id: number
  readonly number: number
  title: string
  body: string
  readonly author: string
  state: 'open' | 'closed'
  readonly labels: string[]
  /** Every time a label was set, oldest first. */
  readonly labelEvents: { readonly label: string; readonly by: string; readonly at: string }[]
  readonly comments: IssueComment[]
  readonly reactions: Reaction[]
  readonly createdAt: string
  lastEdit: { readonly by: string; readonly at: string } | null
  closedAt: string | null
}

export interface Reaction {
  readonly id: number
  readonly author: string
  readonly content: '+1' | 'eyes' | 'heart' | '-1' | 'confused'
  readonly createdAt: string
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'

export interface Review {
  readonly id: number
  readonly author: string
  state: ReviewState
  readonly body: string
  readonly commit: string
  readonly submittedAt: string
}

export interface Thread {
  readonly id: string
  readonly path: string
  readonly line: number
  resolved: boolean
  resolvedBy: string | null
  outdated: boolean
  readonly comments: ThreadComment[]
}

export interface ThreadComment {
  readonly id: number
  readonly author: string
  readonly body: string
  readonly createdAt: string
  readonly review: Review | null
  readonly commit: string
  /** The last head with the lines of the comment; GitHub moves it on until they change. */
  lastCommit: string
}

export interface BaseChange {
  readonly from: string
  readonly to: string
  readonly byGithub: boolean
}

export interface Pull extends Issue {
  readonly headBranch: string
  /** The repository of the head, which is another one for a pull request from a fork. */
  headRepository: string
  baseBranch: string
  /** How its base was changed, by GitHub itself or by a person. */
  readonly baseChanges: BaseChange[]
  /** The head in the API's answers, which can be behind the branch. */
  head: string
  lagging: boolean
  /** When its head last moved. */
  movedAt: string | null
  draft: boolean
  merged: boolean
  closedBy: string | null
  readyAt: string | null
  conflicting: boolean
  /** How many more reads find that the mergeability has not been computed yet. */
  unknownReads: number
  readonly reviews: Review[]
  readonly threads: Thread[]
}

export interface CheckRun {
  id: number
  readonly name: string
  readonly sha: string
  readonly suite: Suite
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  startedAt: string | null
  completedAt: string | null
  title: string | null
  summary: string | null
  log: string | null
  detailsUrl: string | null
  readonly annotations: CheckAnnotation[]
}

/** The slug of the app that the service authenticates as. */
export const OWN_APP = 'codex-judge-app'

export interface CheckAnnotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly title?: string
  readonly message: string
}

export interface Suite {
  readonly id: number
  readonly app: string
  readonly sha: string
  readonly createdAt: string
  /** The branch whose push it was created for. */
  readonly branch: string | null
  /** The Actions run of the suite, or null for suites of other apps. */
  readonly run: { readonly id: number; attempt: number } | null
  readonly workflow: { readonly id: number; readonly name: string; readonly event: string } | null
  /** Its state where its check runs do not tell it: it has none, or its next job is to come. */
  state: { readonly status: string; readonly conclusion: string | null } | null
}

export interface Status {
  readonly id: number
  readonly sha: string
  readonly context: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: string
  readonly createdAt: string
}

export interface Requirement {
  readonly branch: string
  readonly checks: readonly string[]
  readonly strict: boolean
  readonly by: 'protection' | 'ruleset'
  /** The slug of the app that must report the checks; null: any. */
  readonly app: string | null
}

export interface Repository {
  readonly id: number
  fullName: string
  readonly defaultBranch: string
  /** When anybody last pushed to it. */
  pushedAt: string | null
  readonly commits: Map<string, Commit>
  /** Branch → commit; branches of forks are named `owner:branch`. */
  readonly branches: Map<string, string>
  readonly issues: Map<number, Issue>
  readonly pulls: Map<number, Pull>
  readonly checkRuns: CheckRun[]
  readonly suites: Suite[]
  readonly statuses: Status[]
  readonly requirements: Requirement[]
  /** The service is no administrator, and may not read the protection itself. */
  protectionHidden: boolean
  /** Logs of jobs by check run id, including earlier attempts. */
  readonly logs: Map<number, string>
}

export interface GithubState {
  readonly repositories: Map<string, Repository>
  /** Former names of repositories, and their present ones, in lower case. */
  readonly formerNames: Map<string, string>
  readonly accounts: Map<string, Account>
  /** The ids of apps by slug. */
  readonly apps: Map<string, number>
  /** The account that the service's requests act as. */
  readonly viewer: string
  readonly baseUrl: () => string
  readonly now: () => Date
  readonly nextId: () => number
  /** The wanted number, or the next free one. Issues and pull requests share their numbers. */
  readonly takeNumber: (repository: Repository, wanted: number | undefined) => number
  /** Announces a change to the webhooks and to the simulation. */
  readonly announce: (event: string, action: string | null, about: ChangeDetails) => void
}

/** What changed. The webhook's payload is built from it at once, while the state still matches. */
export interface ChangeDetails {
  readonly repository: Repository
  readonly by: string
  readonly issue?: Issue
  readonly pull?: Pull
  readonly comment?: IssueComment
  readonly review?: Review
  readonly thread?: Thread
  readonly threadComment?: ThreadComment
  readonly checkRun?: CheckRun
  readonly suite?: Suite
  readonly status?: Status
  readonly push?: {
    readonly branch: string
    readonly before: string
    readonly after: string
    readonly forced: boolean
  }
}

/** The address of an issue or of a pull request. */
export interface PullRef {
  readonly repository: string
  readonly number: number
}

export const isPull = (issue: Issue): issue is Pull => 'headBranch' in issue

/** Accounts that are bots even without `[bot]` in the login. */
const bots = ['github-actions', 'chatgpt-codex-connector', 'dependabot']

export function findOrCreateAccount(world: GithubState, login: string): Account {
  const bare = login.replace(/\[bot\]$/, '')
  const known = world.accounts.get(bare)
  if (known) return known
  const isBot = bare !== login || bots.includes(bare)
  const fresh: Account = {
    login: bare,
    kind: isBot ? 'Bot' : 'User',
    id: world.nextId(),
    association: isBot ? 'NONE' : 'MEMBER',
    deleted: false,
  }
  world.accounts.set(bare, fresh)
  return fresh
}

/** A repository by its present name or a former one. */
export function findRepository(world: GithubState, fullName: string): Repository | undefined {
  const name = fullName.toLowerCase()
  return world.repositories.get(world.formerNames.get(name) ?? name)
}

export function getRepository(world: GithubState, fullName: string): Repository {
  const found = findRepository(world, fullName)
  if (!found) throw new Error(`the simulated GitHub has no repository ${fullName}`)
  return found
}

/** Unlike GitHub it keeps milliseconds, because a scenario compresses hours into a second. */
export const formatNow = (world: GithubState): string => world.now().toISOString()
