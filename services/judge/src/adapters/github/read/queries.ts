/*
 * The GraphQL texts. What each costs (GitHub counts one request for every connection, times the
 * `first` of the connections around it, divided by 100): the snapshot is 80 for the comments of at
 * most 80 threads and 10 for the rest, which is one point whichever way it is rounded; every
 * further page is one point. Parts the reading can do without stand under an alias of their own,
 * because an error within `pullRequest` may null the whole of it.
 */
const budget = 'rateLimit { cost limit remaining resetAt }'
const pageInfo = 'pageInfo { hasNextPage endCursor }'
const actor = '__typename login'

const check = `
  __typename
  ... on CheckRun {
    databaseId name status conclusion startedAt completedAt detailsUrl title summary
    isRequired(pullRequestNumber: $number) @include(if: $required)
    checkSuite { databaseId app { slug } workflowRun { databaseId } }
  }
  ... on StatusContext {
    context state description targetUrl createdAt creator { ${actor} }
    isRequired(pullRequestNumber: $number) @include(if: $required)
  }`
const contexts = (page: string) => `contexts(${page}) { ${pageInfo} nodes { ${check} } }`
const review = `author { ${actor} } state body url submittedAt commit { oid }`
const threadComment = `author { ${actor} } body url createdAt originalCommit { oid } pullRequestReview { commit { oid } }`
const thread = `id isResolved isOutdated path line originalLine comments(first: 100) { ${pageInfo} nodes { ${threadComment} } }`
const reaction = `content createdAt user { ${actor} }`
const comment = `author { ${actor} } body url createdAt`
const rule =
  'type parameters { __typename ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } }'
const lastCommit = (selection: string, when = '') =>
  `commits(last: 1) ${when} { nodes { commit { oid ${selection} } } }`

/**
 * What stands around a pull request in its repository; asked with the snapshot, since a look is one
 * point either way.
 */
const aroundVariables = '$issue: Int!, $withIssue: Boolean!, $ref: String!, $withRef: Boolean!'
const around = `
    nameWithOwner
    defaultBranchRef { name }
    policy: object(expression: "HEAD:.codex-judge.yml") { __typename ... on Blob { text isBinary isTruncated } }
    issue(number: $issue) @include(if: $withIssue) {
      number title body url state lastEditedAt
      editor { ${actor} }
      labels(first: 100) { ${pageInfo} nodes { name } }
    }
    ref(qualifiedName: $ref) @include(if: $withRef) { target { oid } }`

export const snapshotQuery = `
query Snapshot($owner: String!, $name: String!, $number: Int!, $required: Boolean!, $head: Boolean!, ${aroundVariables}, $commits: Boolean!, $dated: Boolean!) {
  ${budget}
  repository(owner: $owner, name: $name) {
    ${around}
    pullRequest(number: $number) {
      number url title body state isDraft isCrossRepository mergeable mergeStateStatus createdAt closedAt
      author { ${actor} }
      mergedBy { ${actor} }
      headRefName headRefOid @include(if: $head) baseRefName baseRefOid
      ${lastCommit(`committedDate @include(if: $dated) statusCheckRollup { ${contexts('first: 100')} }`, '@include(if: $commits)')}
      reviews(first: 100) { ${pageInfo} nodes { ${review} } }
      reviewThreads(first: 80) { ${pageInfo} nodes { ${thread} } }
      reactions(first: 100) { ${pageInfo} nodes { ${reaction} } }
      comments(first: 100) { ${pageInfo} nodes { ${comment} } }
    }
    history: pullRequest(number: $number) {
      ready: timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) { nodes { ... on ReadyForReviewEvent { createdAt } } }
      closed: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { ${actor} } } } }
    }
    suites: pullRequest(number: $number) { ${lastCommit('checkSuites(first: 100) { nodes { createdAt } }')} }
    requirements: pullRequest(number: $number) {
      baseRef {
        branchProtectionRule { requiresStatusChecks requiredStatusCheckContexts }
        refUpdateRule { requiredStatusCheckContexts }
        rules(first: 100) { ${pageInfo} nodes { ${rule} } }
      }
    }
  }
}`

/**
 * The parts of the snapshot that may be missing without failing it, as steps of an error's path.
 */
export const snapshotOptional = [
  'rateLimit',
  'history',
  'suites',
  'requirements',
  'workflowRun',
  'databaseId',
  'mergedBy',
]

const page = (selection: string, declared = '') => `
query Page($owner: String!, $name: String!, $number: Int!, $after: String${declared}) {
  ${budget}
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { headRefOid baseRefOid ${selection} } }
}`
const following = 'first: 100, after: $after'

export const reviewsPage = page(`reviews(${following}) { ${pageInfo} nodes { ${review} } }`)
/** Threads bring their comments with them, so their page is smaller, like the first. */
export const threadsPage = page(
  `reviewThreads(first: 80, after: $after) { ${pageInfo} nodes { ${thread} } }`,
)
export const reactionsPage = page(`reactions(${following}) { ${pageInfo} nodes { ${reaction} } }`)
export const commentsPage = page(`comments(${following}) { ${pageInfo} nodes { ${comment} } }`)
export const rulesPage = page(`baseRef { rules(${following}) { ${pageInfo} nodes { ${rule} } } }`)
export const contextsPage = page(
  lastCommit(`statusCheckRollup { ${contexts(following)} }`),
  ', $required: Boolean!',
)

/**
 * The checks of a commit by its id: for the moments in which GitHub's list of commits lags behind
 * the head it names.
 */
export const commitContextsPage = `
query CommitChecks($owner: String!, $name: String!, $number: Int!, $oid: GitObjectID!, $after: String, $required: Boolean!) {
  ${budget}
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { headRefOid baseRefOid }
    object(oid: $oid) { ... on Commit { oid committedDate statusCheckRollup { ${contexts(following)} } } }
  }
}`

export const threadCommentsPage = `
query ThreadComments($owner: String!, $name: String!, $number: Int!, $thread: ID!, $after: String) {
  ${budget}
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { headRefOid baseRefOid } }
  node(id: $thread) { ... on PullRequestReviewThread { comments(${following}) { ${pageInfo} nodes { ${threadComment} } } } }
}`

export const surroundingsQuery = `
query Surroundings($owner: String!, $name: String!, ${aroundVariables}) {
  ${budget}
  repository(owner: $owner, name: $name) { ${around} }
}`
