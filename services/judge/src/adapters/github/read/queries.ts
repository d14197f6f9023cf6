/*
 * The GraphQL queries. GitHub's cost of a query is its number of requests (one per connection,
 * times the `first` of the enclosing connections) divided by 100: 50 for the comments of 50
 * threads, 35 for the check runs of 35 suites, and 14 for the rest make one point for the snapshot,
 * and each further page is one point.
 *
 * Optional parts have their own alias, because an error inside `pullRequest` can null all of it.
 */
const BUDGET_FIELDS = 'rateLimit { cost limit remaining resetAt }'
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }'
const ACTOR_FIELDS = '__typename login'
const BLOB_FIELDS = '__typename ... on Blob { text byteSize isBinary isTruncated }'
const APP_FIELDS = 'app { slug databaseId }'
const WORKFLOW_FIELDS = 'event workflow { databaseId name }'

const CHECK_FIELDS = `
  __typename
  ... on CheckRun {
    databaseId name status conclusion startedAt completedAt detailsUrl title summary
    isRequired(pullRequestNumber: $number) @include(if: $required)
    checkSuite { databaseId ${APP_FIELDS} workflowRun { databaseId ${WORKFLOW_FIELDS} } }
  }
  ... on StatusContext {
    context state description targetUrl createdAt creator { ${ACTOR_FIELDS} }
    isRequired(pullRequestNumber: $number) @include(if: $required)
  }`
const selectContexts = (pagination: string) =>
  `contexts(${pagination}) { ${PAGE_INFO} nodes { ${CHECK_FIELDS} } }`
const SUITE_FIELDS = `
  databaseId createdAt status conclusion ${APP_FIELDS} branch { name }
  workflowRun { databaseId url ${WORKFLOW_FIELDS} }
  checkRuns(first: 1) { totalCount }`
const selectSuites = (pagination: string) =>
  `checkSuites(${pagination}) { ${PAGE_INFO} nodes { ${SUITE_FIELDS} } }`
/** Suites include the number of their check runs, so pages have the size that one point allows. */
const NEXT_SUITES_PAGE = 'first: 90, after: $after'
const AUTHOR_FIELDS = `author { ${ACTOR_FIELDS} } authorAssociation @include(if: $associated)`
const REVIEW_FIELDS = `${AUTHOR_FIELDS} state body url submittedAt commit { oid }`
const THREAD_COMMENT_FIELDS = `
  ${AUTHOR_FIELDS} body url createdAt
  originalCommit { oid }
  lastCommit: commit { oid }
  pullRequestReview { commit { oid } }`
const THREAD_FIELDS = `
  id isResolved isOutdated path line originalLine
  resolvedBy { ${ACTOR_FIELDS} }
  comments(first: 100) { ${PAGE_INFO} nodes { ${THREAD_COMMENT_FIELDS} } }`
const REACTION_FIELDS = `content createdAt user { ${ACTOR_FIELDS} }`
const COMMENT_FIELDS = `${AUTHOR_FIELDS} body url createdAt lastEditedAt`
const RULE_FIELDS = `
  type
  parameters {
    __typename
    ... on RequiredStatusChecksParameters { requiredStatusChecks { context integrationId } }
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
      number title body url state closedAt lastEditedAt
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
  ${CONTEXT_VARIABLES}, $commits: Boolean!, $dated: Boolean!, $associated: Boolean!
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
      reviewThreads(first: 50) { ${PAGE_INFO} nodes { ${THREAD_FIELDS} } }
      reactions(first: 100) { ${PAGE_INFO} nodes { ${REACTION_FIELDS} } }
      comments(first: 100) { ${PAGE_INFO} nodes { ${COMMENT_FIELDS} } }
    }
    history: pullRequest(number: $number) {
      ready: timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) {
        nodes { ... on ReadyForReviewEvent { createdAt } }
      }
      moved: timelineItems(
        last: 20, itemTypes: [AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, BASE_REF_CHANGED_EVENT]
      ) {
        nodes {
          __typename
          ... on AutomaticBaseChangeSucceededEvent { oldBase newBase }
          ... on BaseRefChangedEvent { previousRefName currentRefName }
        }
      }
      closed: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { actor { ${ACTOR_FIELDS} } } }
      }
    }
    suites: pullRequest(number: $number) {
      ${selectLastCommit(selectSuites('first: 35'))}
    }
    requirements: pullRequest(number: $number) {
      baseRef {
        branchProtectionRule {
          requiresStatusChecks requiredStatusCheckContexts
          requiredStatusChecks { context ${APP_FIELDS} }
        }
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
  'resolvedBy',
  'lastCommit',
  'lastEditedAt',
]

const buildPageQuery = (selection: string, declared = '') => `
query Page($owner: String!, $name: String!, $number: Int!, $after: String${declared}) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { headRefOid baseRefOid ${selection} }
  }
}`
const NEXT_PAGE = 'first: 100, after: $after'
const ASSOCIATED = ', $associated: Boolean!'

export const REVIEWS_PAGE_QUERY = buildPageQuery(
  `reviews(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${REVIEW_FIELDS} } }`,
  ASSOCIATED,
)
/** Threads include their comments, so their pages are smaller. */
export const THREADS_PAGE_QUERY = buildPageQuery(
  `reviewThreads(first: 80, after: $after) { ${PAGE_INFO} nodes { ${THREAD_FIELDS} } }`,
  ASSOCIATED,
)
export const REACTIONS_PAGE_QUERY = buildPageQuery(
  `reactions(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${REACTION_FIELDS} } }`,
)
export const COMMENTS_PAGE_QUERY = buildPageQuery(
  `comments(${NEXT_PAGE}) { ${PAGE_INFO} nodes { ${COMMENT_FIELDS} } }`,
  ASSOCIATED,
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

export const SUITES_PAGE_QUERY = buildPageQuery(selectLastCommit(selectSuites(NEXT_SUITES_PAGE)))

/** The suites of a commit by its ID, for the same case. */
export const COMMIT_SUITES_PAGE_QUERY = `
query CommitSuites(
  $owner: String!, $name: String!, $number: Int!, $oid: GitObjectID!, $after: String
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { headRefOid baseRefOid }
    suites: object(oid: $oid) { ... on Commit { oid ${selectSuites(NEXT_SUITES_PAGE)} } }
  }
}`

/** The checks of a commit that no pull request has, such as the head of the base branch. */
const buildCommitChecksQuery = (selection: string, declared = '') => `
query BaseChecks(
  $owner: String!, $name: String!, $number: Int!, $expression: String!, $required: Boolean!${declared}
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    nameWithOwner
    ${selection}
  }
}`
const selectCommitContexts = (pagination: string) =>
  `commit: object(expression: $expression) {
    ... on Commit { oid statusCheckRollup { ${selectContexts(pagination)} } }
  }`
const selectCommitSuites = (pagination: string) =>
  `suites: object(expression: $expression) { ... on Commit { oid ${selectSuites(pagination)} } }`
export const COMMIT_CHECKS_QUERY = buildCommitChecksQuery(
  selectCommitContexts('first: 100') + selectCommitSuites('first: 35'),
)
export const COMMIT_CHECKS_PAGE_QUERY = buildCommitChecksQuery(
  selectCommitContexts(NEXT_PAGE),
  ', $after: String',
)

export const THREAD_COMMENTS_PAGE_QUERY = `
query ThreadComments(
  $owner: String!, $name: String!, $number: Int!, $thread: ID!, $after: String,
  $associated: Boolean!
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

export const LABEL_EVENTS_QUERY = `
query LabelEvents($owner: String!, $name: String!, $number: Int!) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
        nodes { ... on LabeledEvent { label { name } actor { ${ACTOR_FIELDS} } } }
      }
    }
  }
}`

export const NEWEST_COMMENTS_QUERY = `
query NewestComments($owner: String!, $name: String!, $number: Int!) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(last: 100) {
        nodes { databaseId author { ${ACTOR_FIELDS} } body url createdAt lastEditedAt }
      }
    }
  }
}`

/** Files at one commit: `file0` is the expression `<commit>:<path>` of the first one. */
export const buildFileTextsQuery = (count: number): string => {
  const names = Array.from({ length: count }, (_, index) => `file${index}`)
  return `
query FileTexts(
  $owner: String!, $name: String!, $commit: String!, ${names.map((name) => `$${name}: String!`).join(', ')}
) {
  ${BUDGET_FIELDS}
  repository(owner: $owner, name: $name) {
    commit: object(expression: $commit) { oid }
    ${names.map((name) => `${name}: object(expression: $${name}) { ${BLOB_FIELDS} }`).join('\n    ')}
  }
}`
}
