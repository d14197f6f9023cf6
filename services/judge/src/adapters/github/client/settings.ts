import type { Instant, Millis } from '../../../lib/instant.ts'

/** The service authenticates as one account, or as an app that is installed per owner. */
export type GithubCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }

export type GithubApi = 'rest' | 'graphql'

/**
 * How one HTTP request ended: the outcome that `codex_judge_github_requests_total` counts.
 * `given_up`: the service stopped or restarted the reading before an answer came, which is not
 * GitHub's fault.
 */
export type RequestOutcome = 'ok' | 'limited' | 'refused' | 'failed' | 'unreachable' | 'given_up'

export interface GithubSettings {
  /** `GITHUB_API_URL`, without a trailing slash. */
  readonly apiUrl: string
  /** `GITHUB_GRAPHQL_URL`. */
  readonly graphqlUrl: string
  readonly credentials: GithubCredentials
  /**
   * `GITHUB_REVIEW_REQUEST_TOKEN`: the account that requests reviews; null: the credentials above.
   */
  readonly reviewRequestToken: string | null
  /** The clock, for `observedAt` and for converting a reset time to a wait. */
  readonly now: () => Instant
  /** The time limit of one call, its retry included. */
  readonly timeout: Millis
  /** The pause before the one retry of a read that failed on the server's side; default: 1 s. */
  readonly retryPause?: Millis
  /** Called once for every HTTP request, retries and token requests included. */
  readonly onRequest: (api: GithubApi, outcome: RequestOutcome) => void
}
