/*
 * The GraphQL queries. GitHub's cost of a query is its number of requests (one per connection,
 * times the `first` of the enclosing connections) divided by 100: 80 for the comments of 80 threads
 * and 10 for the rest make one point for the snapshot, and each further page is one point.
 *
 * Optional parts have their own alias, because an error inside `pullRequest` can null all of it.
 */
const BUDGET_FIELDS = 'rateLimit { cost limit remaining resetAt }'
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }'
const ACTOR_FIELDS = '__typename login'

const CHECK_FIELDS = `
  __typename
  ... on CheckRun {
    databaseId name status conclusion startedAt completedAt detailsUrl title summary
    isRequired(pullRequestNumber: $number) @include(if: $required)
    checkSuite { databaseId app { slug } workflowRun { databaseId } }
  }
  ... on StatusContext {
    context state description targetUrl createdAt creator { ${ACTOR_FIELDS} }
    isRequired(pullRequestNumber: $number) @include(if: $required)
  }`
const selectContexts = (pagination: string) =>
  `contexts(${pagination}) { ${PAGE_INFO} nodes { ${CHECK_FIELDS} } }`
const REVIEW_FIELDS = `author { ${ACTOR_FIELDS} } state body url submittedAt commit { oid }`
const THREAD_COMMENT_FIELDS = `
  author { ${ACTOR_FIELDS} } body url createdAt
  originalCommit { oid }
  pullRequestReview { commit { oid } }`
const THREAD_FIELDS = `
  id isResolved isOutdated path line originalLine
  comments(first: 100) { ${PAGE_INFO} nodes { ${THREAD_COMMENT_FIELDS} } }`
const REACTION_FIELDS = `content createdAt user { ${ACTOR_FIELDS} }`
const COMMENT_FIELDS = `author { ${ACTOR_FIELDS} } body url createdAt`
const RULE_FIELDS = `
  type
  parameters {
    __typename
    ... on RequiredStatusChecksParameters { requiredStatusChecks { context } }
  }`
const selectLastCommit = (selection: string, when = '') =>
  `commits(last: 1) ${when} { nodes { commit { oid ${selection} } } }`

/**
 * The repository context is part of the snapshot query, because one query is one point either way.
 */
const CONTEXT_VARIABLES = '$issue: Int!, $withIssue: Boolean!, $ref: String!, $withRef: Boolean!'
const CONTEXT_FIELDS = `
    nameWithOwner
    defaultBranchRef { name }
    policy: object(expression: "HEAD:.codex-judge.yml") {
      __typename
      ... on Blob { text isBinary isTruncated }
    }
    issue(number: $issue) @include(if: $withIssue) {
      number title body url state lastEditedAt
      editor { ${ACTOR_FIELDS} }
      labels(first: 100) { ${PAGE_INFO} nodes { name } }
    }
    ref(qualifiedName: $ref) @include(if: $withRef) { target { oid } }`

const HEAD_COMMIT_FIELDS = `
  committedDate @include(if: $dated)
  statusCheckRollup { ${selectContexts('first: 100')} }`

export const SNAPSHOT_QUERY = `
query Snapshot(
  $owner: String!, $name: String!, $number: Int!, $required: Boolean!, $head: Boolean!,
  ${CONTEXT_VARIABLES}, $commits: Boolean!, $dated: Boolean!
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    ${CONTEXT_FIELDS}
    pullRequest(number: $number) {
      number url title body state isDraft isCrossRepository mergeable mergeStateStatus
      createdAt closedAt
      author { ${ACTOR_FIELDS} }
      mergedBy { ${ACTOR_FIELDS} }
      headRefName headRefOid @include(if: $head) baseRefName baseRefOid
      ${selectLastCommit(HEAD_COMMIT_FIELDS, '@include(if: $commits)')}
      reviews(first: 100) { ${PAGE_INFO} nodes { ${REVIEW_FIELDS} } }
      reviewThreads(first: 80) { ${PAGE_INFO} nodes { ${THREAD_FIELDS} } }
      reactions(first: 100) { ${PAGE_INFO} nodes { ${REACTION_FIELDS} } }
      comments(first: 100) { ${PAGE_INFO} nodes { ${COMMENT_FIELDS} } }
    }
    history: pullRequest(number: $number) {
      ready: timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) {
        nodes { ... on ReadyForReviewEvent { createdAt } }
      }
      closed: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { actor { ${ACTOR_FIELDS} } } }
      }
    }
    suites: pullRequest(number: $number) {
      ${selectLastCommit('checkSuites(first: 100) { nodes { createdAt } }')}
    }
    requirements: pullRequest(number: $number) {
      baseRef {
        branchProtectionRule { requiresStatusChecks requiredStatusCheckContexts }
        refUpdateRule { requiredStatusCheckContexts }
        rules(first: 100) { ${PAGE_INFO} nodes { ${RULE_FIELDS} } }
      }
    }
  }
}`

/** Optional parts of the snapshot, as steps of an error's path. */
export const optionalSnapshotFields = [
  'rateLimit',
  'history',
  'suites',
  'requirements',
  'workflowRun',
  'databaseId',
  'mergedBy',
]

const buildPageQuery = (selection: string, declared = '') => `
query Page($owner: String!, $name: String!, $number: Int!, $after: String${declared}) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { headRefOid baseRefOid ${selection} }
  }
}`
const NEXT_PAGE = 'first: 100, after: $after'

export const REVIEWS_PAGE_QUERY = buildPageQuery(
  `reviews(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${REVIEW_FIELDS} } }`,
)
/** Threads include their comments, so their pages are smaller, like the first one. */
export const THREADS_PAGE_QUERY = buildPageQuery(
  `reviewThreads(first: 80, after: $after) { ${PAGE_INFO} nodes { ${THREAD_FIELDS} } }`,
)
export const REACTIONS_PAGE_QUERY = buildPageQuery(
  `reactions(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${REACTION_FIELDS} } }`,
)
export const COMMENTS_PAGE_QUERY = buildPageQuery(
  `comments(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${COMMENT_FIELDS} } }`,
)
export const RULES_PAGE_QUERY = buildPageQuery(
  `baseRef { rules(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${RULE_FIELDS} } } }`,
)
export const CONTEXTS_PAGE_QUERY = buildPageQuery(
  selectLastCommit(`statusCheckRollup { ${selectContexts(NEXT_PAGE)} }`),
  ', $required: Boolean!',
)

/** The checks of a commit by its ID, for when GitHub's list of commits lags behind the head. */
export const COMMIT_CONTEXTS_PAGE_QUERY = `
query CommitChecks(
  $owner: String!, $name: String!, $number: Int!, $oid: GitObjectID!, $after: String,
  $required: Boolean!
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { headRefOid baseRefOid }
    object(oid: $oid) {
      ... on Commit { oid committedDate statusCheckRollup { ${selectContexts(NEXT_PAGE)} } }
    }
  }
}`

export const THREAD_COMMENTS_PAGE_QUERY = `
query ThreadComments(
  $owner: String!, $name: String!, $number: Int!, $thread: ID!, $after: String
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { headRefOid baseRefOid } }
  node(id: $thread) {
    ... on PullRequestReviewThread {
      comments(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${THREAD_COMMENT_FIELDS} } }
    }
  }
}`

export const REPOSITORY_CONTEXT_QUERY = `
query RepositoryContext($owner: String!, $name: String!, ${CONTEXT_VARIABLES}) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) { ${CONTEXT_FIELDS} }
}`
