import Type, { type Static, type StaticDecode, type TProperties, type TSchema } from 'typebox'
import { formatDuration, parseDuration } from '../lib/duration.ts'
import { findGlobFault } from '../lib/glob.ts'
import type { Millis } from '../lib/instant.ts'

/*
 * The policy file as written. Every leaf has its default and, as `description`, what a valid value
 * looks like, which faults quote. Decoding fills in the defaults and turns durations into
 * milliseconds.
 */

const TEN_YEARS_MS: Millis = 3650 * 86_400_000

const toMillis = (written: string | 0): Millis => parseDuration(String(written)) ?? 0
const isDuration = (written: string | 0, min: Millis): boolean => {
  const millis = parseDuration(String(written))
  return millis !== null && millis >= min && millis <= TEN_YEARS_MS
}

const anyDuration = 'a duration such as 90s, 5m, 2h or 14d, or 0'
const someDuration = 'a duration above zero, such as 90s, 5m, 2h or 14d'

/** A duration as written, decoded to milliseconds: at least `min` and at most ten years. */
function duration(fallback: string | 0, min: Millis = 0) {
  const options = { default: fallback, description: min > 0 ? someDuration : anyDuration }
  return Type.Codec(
    Type.Refine(Type.Union([Type.String(), Type.Literal(0)], options), (written) =>
      isDuration(written, min),
    ),
  )
    .Decode(toMillis)
    .Encode(formatDuration)
}

/** How long something is kept: a duration, or null to keep it forever. */
function retentionPeriod(fallback: string | null) {
  const options = { default: fallback, description: `${someDuration}, or null to keep it forever` }
  return Type.Codec(
    Type.Refine(
      Type.Union([Type.String(), Type.Null()], options),
      (written) => written === null || isDuration(written, 1),
    ),
  )
    .Decode((written): Millis | null => (written === null ? null : toMillis(written)))
    .Encode((millis) => (millis === null ? null : formatDuration(millis)))
}

const boolean = (fallback: boolean) =>
  Type.Boolean({ default: fallback, description: 'true or false' })
const integer = (fallback: number, minimum: number) =>
  Type.Integer({
    default: fallback,
    minimum,
    maximum: Number.MAX_SAFE_INTEGER,
    description: `a whole number, ${minimum} or more`,
  })
const usd = (fallback?: number) =>
  Type.Number({
    ...(fallback === undefined ? {} : { default: fallback }),
    minimum: 0,
    description: 'an amount in US dollars, 0 or more',
  })
const texts = (fallback: string[], what: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 1_000, description: what }), {
    default: fallback,
    maxItems: 200,
    description: `a list of at most 200 items, each ${what}`,
  })
/** Patterns that a matcher needs no more than their length for; see `lib/glob.ts`. */
const globs = (fallback: string[], what: string) =>
  Type.Array(
    Type.Refine(
      Type.String({ description: `${what} of at most 1000 characters` }),
      (pattern) => findGlobFault(pattern) === null,
    ),
    {
      default: fallback,
      maxItems: 200,
      description: `a list of at most 200 items, each ${what}`,
    },
  )
const choice = <const T extends string>(values: readonly T[], fallback: T) =>
  Type.Enum(values, { default: fallback, description: `one of ${values.join(', ')}` })
const textOrNull = (what: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
    default: null,
    description: `${what}, or null`,
  })
const section = <const P extends TProperties>(properties: P) =>
  Type.Object(properties, {
    additionalProperties: false,
    default: {},
    description: 'a map of keys and values',
  })
const byName = <const S extends TSchema>(value: S, description: string) =>
  Type.Record(Type.String(), value, { default: {}, description })

const mode = ['act', 'observe'] as const
const meanings = ['success', 'failure', 'pending', 'human'] as const
const glob = 'a glob such as src/**'

const attempts = section({
  max: integer(3, 1),
  backoff: Type.Array(duration('5m'), {
    default: ['5m', '15m', '45m'],
    minItems: 1,
    description: 'a list of at least one duration, such as [5m, 15m, 45m]',
  }),
  infrastructure_max: integer(5, 0),
  dispatch_patience: duration('1h'),
  stop_below: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    default: null,
    description: 'a number from 0 to 1, or null',
  }),
})

const ci = section({
  wait: duration('60m'),
  no_checks_grace: duration('5m'),
  required: texts([], 'the name of a check'),
  ignore: globs([], 'a glob of check names such as "lint*"'),
  rerun_failed_once: boolean(true),
  conclusions: section({
    neutral: choice(meanings, 'success'),
    skipped: choice(meanings, 'success'),
    cancelled: choice(meanings, 'failure'),
    stale: choice(meanings, 'pending'),
    timed_out: choice(meanings, 'failure'),
    startup_failure: choice(meanings, 'failure'),
    action_required: choice(meanings, 'human'),
  }),
  allow_only_neutral: boolean(false),
})

const review = section({
  required: boolean(true),
  wait: duration('60m'),
  arrival: duration('5m'),
  request_after: duration('5m'),
  blocking_severity: choice(['P0', 'P1', 'P2', 'P3'], 'P3'),
  people: choice(['collaborators', 'everyone'], 'collaborators'),
  human_changes_requested: choice(['block', 'ignore'], 'block'),
  human_threads: choice(['block', 'ignore'], 'block'),
})

const diff = section({
  allow_empty: boolean(false),
  max_files: integer(200, 1),
  max_lines: integer(20_000, 1),
  allowed_paths: globs(['**'], glob),
  denied_paths: globs(['.github/workflows/**', '.codex-judge.yml'], glob),
  base: textOrNull('the name of a branch'),
})

const tests = section({
  weakened: choice(['needs_iteration', 'needs_human', 'off'], 'needs_iteration'),
  protected_paths: globs([], glob),
})

const noProgress = section({ same_failure: integer(2, 2), same_diff: integer(2, 2) })

const judge = section({
  models: Type.Array(
    Type.String({
      pattern: /^(?:(?:openai|anthropic)\/\S+|codex)$/,
      description: 'openai/<model>, anthropic/<model> or codex',
    }),
    {
      default: ['openai/gpt-5.2'],
      description: 'a list of models; [] lets the gates decide alone',
    },
  ),
  escalate_below: Type.Number({
    default: 0.6,
    minimum: 0,
    maximum: 1,
    description: 'a number from 0 to 1',
  }),
  timeout: duration('120s', 1),
  patience: duration('15m'),
  max_input_tokens: integer(120_000, 1),
  invalid_answers_max: integer(3, 1),
  prices: byName(
    section({ input: usd(), cached_input: usd(), output: usd() }),
    'a map of models to { input, cached_input, output }, in US dollars a million tokens',
  ),
  send: section({ logs: boolean(true), last_message: boolean(true) }),
})

/** The service's own file, with every key. */
export const policyFile = section({
  version: Type.Literal(1, { default: 1, description: '1' }),
  mode: Type.Refine(
    Type.Union([Type.Enum(mode), Type.Record(Type.String(), Type.Enum(mode))], {
      default: 'act',
      description: 'act, observe, or a map such as { default: act, "owner/*": observe }',
    }),
    (value) =>
      typeof value === 'string' || Object.keys(value).every((one) => findGlobFault(one) === null),
  ),
  runs: section({
    from: Type.Array(Type.Enum(['workflow', 'pull_request']), {
      default: ['workflow'],
      minItems: 1,
      uniqueItems: true,
      description: 'a list of workflow and pull_request',
    }),
    authors: globs([], 'a glob of logins'),
    labels: globs([], 'a glob of labels'),
    branches: globs([], 'a glob of branches'),
    verify: choice(['when_known', 'always'], 'when_known'),
  }),
  dispatch: section({
    by: choice(['dispatcher', 'comment'], 'dispatcher'),
    mention: Type.String({
      default: '@codex',
      minLength: 1,
      description: 'a mention of the agent',
    }),
    on_label: textOrNull('the name of a label'),
  }),
  attempts,
  ci,
  review,
  diff,
  tests,
  secrets: section({ found: choice(['needs_human', 'needs_iteration'], 'needs_human') }),
  judge,
  budget: section({
    run_usd: usd(2),
    issue_usd: usd(10),
    repository_day_usd: usd(50),
    unknown_call_usd: usd(0.25),
    labels: byName(usd(), 'a map of issue labels to amounts in US dollars'),
    count_agent: boolean(false),
  }),
  escalation: section({
    remind: duration('24h', 1),
    close: duration('14d', 1),
    retry: duration('1m', 1),
  }),
  patience: section({
    github: duration('60m'),
    artifacts: duration('15m'),
    completion: duration('24h', 1),
  }),
  no_progress: noProgress,
  status: section({
    enabled: boolean(true),
    context: Type.String({
      default: 'codex-judge',
      minLength: 1,
      description: 'a name for the commit status',
    }),
    check_run: boolean(false),
  }),
  tuning: section({
    enabled: boolean(false),
    repository: textOrNull('a repository such as owner/name'),
    prompt_path: textOrNull('the path of the prompt in that repository'),
    threshold: integer(3, 1),
    window: duration('24h', 1),
    cooldown: duration('6h'),
  }),
  retention: section({
    inbox: retentionPeriod('30d'),
    facts: retentionPeriod('90d'),
    verdicts: retentionPeriod('90d'),
    memories: retentionPeriod('365d'),
    agent_messages: retentionPeriod('30d'),
    runs: retentionPeriod(null),
  }),
  locked: texts([], 'a key a repository may otherwise set, such as review.required'),
})

/** The sections that a repository's own file may set. */
export const repositorySections = [
  'ci',
  'review',
  'diff',
  'tests',
  'no_progress',
  'attempts',
] as const

/** The file with its defaults filled in, durations still written. */
export type PolicyFile = Static<typeof policyFile>
/** The file with its defaults filled in and durations in milliseconds. */
export type PolicyValues = StaticDecode<typeof policyFile>
