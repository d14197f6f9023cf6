/*
 * GitHub's types as our queries select them, nullable where the schema is. They are used in this
 * folder only.
 */
export interface GqlActor {
  readonly __typename?: string
  readonly login: string
}
export interface GqlPage<T> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: readonly (T | null)[] | null
}
export type GqlContext = GqlCheckRun | GqlStatus
export interface GqlCheckRun {
  readonly __typename: 'CheckRun'
  readonly databaseId: number | null
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly startedAt: string | null
  readonly completedAt: string | null
  readonly detailsUrl: string | null
  readonly title: string | null
  readonly summary: string | null
  readonly isRequired?: boolean
  readonly checkSuite: {
    readonly databaseId: number | null
    readonly app: GqlApp | null
    readonly workflowRun: GqlWorkflowRun | null
  } | null
}
export interface GqlApp {
  readonly slug: string
  readonly databaseId?: number | null
}
export interface GqlWorkflowRun {
  readonly databaseId: number | null
  readonly url?: string
  readonly event?: string
  readonly workflow?: { readonly databaseId?: number | null; readonly name: string } | null
}
export interface GqlCheckSuite {
  readonly databaseId: number | null
  readonly createdAt: string | null
  readonly status: string
  readonly conclusion: string | null
  readonly app: GqlApp | null
  readonly branch?: { readonly name: string } | null
  readonly workflowRun: GqlWorkflowRun | null
  readonly checkRuns: { readonly totalCount: number } | null
}
export interface GqlStatus {
  readonly __typename: 'StatusContext'
  readonly context: string
  readonly state: string
  readonly description: string | null
  readonly targetUrl: string | null
  readonly createdAt: string | null
  readonly creator: GqlActor | null
  readonly isRequired?: boolean
}
/** GitHub's words: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE and more. */
interface GqlAuthorship {
  readonly author: GqlActor | null
  readonly authorAssociation?: string | null
}
export interface GqlReview extends GqlAuthorship {
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly body: string
  readonly url: string
  readonly submittedAt: string | null
  readonly commit: { readonly oid: string } | null
}
export interface GqlThreadComment extends GqlAuthorship {
  readonly body: string
  readonly url: string
  readonly createdAt: string
  readonly originalCommit: { readonly oid: string } | null
  readonly lastCommit?: { readonly oid: string } | null
  readonly pullRequestReview: { readonly commit: { readonly oid: string } | null } | null
}
export interface GqlThread {
  readonly id: string
  readonly isResolved: boolean
  readonly isOutdated: boolean
  readonly resolvedBy?: GqlActor | null
  readonly path: string
  readonly line: number | null
  readonly originalLine: number | null
  readonly comments: GqlPage<GqlThreadComment> | null
}
export interface GqlReaction {
  readonly content: string
  readonly createdAt: string
  readonly user: GqlActor | null
}
export interface GqlComment extends GqlAuthorship {
  readonly body: string
  readonly url: string
  readonly createdAt: string
  readonly lastEditedAt?: string | null
}
export interface GqlRule {
  readonly type: string
  readonly parameters: {
    readonly requiredStatusChecks?: readonly {
      readonly context: string
      readonly integrationId?: number | null
    }[]
  } | null
}
export interface GqlCommit {
  readonly oid: string
  readonly committedDate?: string | null
  readonly statusCheckRollup?: { readonly contexts: GqlPage<GqlContext> | null } | null
  readonly checkSuites?: GqlPage<GqlCheckSuite> | null
}
export interface GqlCommits {
  readonly nodes: readonly ({ readonly commit: GqlCommit } | null)[] | null
}
export interface GqlPullRequest {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string | null
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED'
  readonly isDraft: boolean
  readonly isCrossRepository: boolean
  readonly mergeable: 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN'
  readonly mergeStateStatus: string
  readonly createdAt: string
  readonly closedAt: string | null
  readonly author: GqlActor | null
  readonly mergedBy: GqlActor | null
  readonly headRefName: string
  readonly headRefOid?: string | null
  readonly baseRefName: string
  readonly baseRefOid: string
  readonly commits?: GqlCommits | null
  readonly reviews: GqlPage<GqlReview> | null
  readonly reviewThreads: GqlPage<GqlThread> | null
  readonly reactions: GqlPage<GqlReaction> | null
  readonly comments: GqlPage<GqlComment> | null
}
export interface GqlBaseChange {
  readonly __typename?: string
  readonly oldBase?: string
  readonly newBase?: string
  readonly previousRefName?: string
  readonly currentRefName?: string
}
export interface GqlHistory {
  readonly moved?: { readonly nodes: readonly (GqlBaseChange | null)[] | null } | null
  readonly ready: {
    readonly nodes: readonly ({ readonly createdAt?: string } | null)[] | null
  } | null
  readonly closed: {
    readonly nodes: readonly ({ readonly actor?: GqlActor | null } | null)[] | null
  } | null
}
export interface GqlBaseRef {
  readonly branchProtectionRule?: {
    readonly requiresStatusChecks: boolean
    readonly requiredStatusCheckContexts: readonly (string | null)[] | null
    readonly requiredStatusChecks?:
      | readonly { readonly context: string; readonly app: GqlApp | null }[]
      | null
  } | null
  readonly refUpdateRule?: {
    readonly requiredStatusCheckContexts: readonly (string | null)[] | null
  } | null
  readonly rules?: GqlPage<GqlRule> | null
}
export interface GqlSnapshot {
  readonly repository:
    | (GqlRepositoryContext & {
        readonly pullRequest: GqlPullRequest | null
        readonly history: GqlHistory | null
        readonly suites: { readonly commits: GqlCommits | null } | null
        readonly requirements: { readonly baseRef: GqlBaseRef | null } | null
      })
    | null
}

export const findLastCommit = (commits: GqlCommits | null | undefined): GqlCommit | null =>
  commits?.nodes?.at(-1)?.commit ?? null

export interface GqlIssue {
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly url: string
  readonly state: 'OPEN' | 'CLOSED'
  readonly closedAt?: string | null
  readonly lastEditedAt: string | null
  readonly editor: GqlActor | null
  readonly labels?: GqlPage<{ readonly name: string }> | null
}
/** What the queries select about the repository of a pull request. */
export interface GqlRepositoryContext {
  readonly nameWithOwner: string
  readonly defaultBranchRef: { readonly name: string } | null
  readonly policy: {
    readonly __typename: string
    readonly text?: string | null
    readonly isBinary?: boolean | null
    readonly isTruncated?: boolean
  } | null
  readonly issue?: GqlIssue | null
  readonly ref?: { readonly target: { readonly oid: string } | null } | null
}
