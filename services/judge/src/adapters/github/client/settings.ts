import type { Instant, Millis } from '../../../lib/instant.ts'

/** How this service proves who it is: as one account, or as an app that is installed per owner. */
export type GithubCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }

export type GithubApi = 'rest' | 'graphql'

/**
 * How one HTTP request ended: what `codex_judge_github_requests_total{api,outcome}` counts.
 * `given_up`: we did not wait for its answer, because a look began anew or the service stopped;
 * that says nothing about GitHub.
 */
export type RequestOutcome = 'ok' | 'limited' | 'refused' | 'failed' | 'unreachable' | 'given_up'

export interface GithubSettings {
  /** `GITHUB_API_URL`, without a slash at its end. */
  readonly apiUrl: string
  /** `GITHUB_GRAPHQL_URL`. */
  readonly graphqlUrl: string
  readonly credentials: GithubCredentials
  /**
   * `GITHUB_REVIEW_REQUEST_TOKEN`: the account that asks the reviewer; null: the credentials above.
   */
  readonly reviewRequestToken: string | null
  /** The clock, for `observedAt` and for turning a reset time into a wait. */
  readonly now: () => Instant
  /** The longest that one call may take, its retry included. */
  readonly timeout: Millis
  /**
   * The pause before a read that failed for the server's sake is tried once more; a second unless
   * said.
   */
  readonly retryPause?: Millis
  /** Called once for every HTTP request, retries and token requests included. */
  readonly onRequest: (api: GithubApi, outcome: RequestOutcome) => void
}
