import Type, { type Static, type StaticDecode, type TProperties, type TSchema } from 'typebox'
import { formatDuration, parseDuration } from '../lib/duration.ts'
import type { Millis } from '../lib/instant.ts'

/*
 * The policy file as it is written. Every leaf carries its default and, as `description`, what a
 * right value looks like: the reader turns that into the second half of a fault. Decoding fills
 * defaults in and turns durations into milliseconds.
 */

const tenYears: Millis = 3650 * 86_400_000

const readDuration = (written: string | 0): Millis => parseDuration(String(written)) ?? 0
const isDuration = (written: string | 0, min: Millis): boolean => {
  const millis = parseDuration(String(written))
  return millis !== null && millis >= min && millis <= tenYears
}

const anyDuration = 'a duration such as 90s, 5m, 2h or 14d, or 0'
const someDuration = 'a duration above zero, such as 90s, 5m, 2h or 14d'

/**
 * A length of time in its written form, decoded to milliseconds; of at least `min`, at most ten
 * years.
 */
function duration(fallback: string | 0, min: Millis = 0) {
  const options = { default: fallback, description: min > 0 ? someDuration : anyDuration }
  return Type.Codec(
    Type.Refine(Type.Union([Type.String(), Type.Literal(0)], options), (written) =>
      isDuration(written, min),
    ),
  )
    .Decode(readDuration)
    .Encode(formatDuration)
}

/** How long something is kept: a duration, or null for ever. */
function kept(fallback: string | null) {
  const options = { default: fallback, description: `${someDuration}, or null to keep it for ever` }
  return Type.Codec(
    Type.Refine(
      Type.Union([Type.String(), Type.Null()], options),
      (written) => written === null || isDuration(written, 1),
    ),
  )
    .Decode((written): Millis | null => (written === null ? null : readDuration(written)))
    .Encode((millis) => (millis === null ? null : formatDuration(millis)))
}

const bool = (fallback: boolean) =>
  Type.Boolean({ default: fallback, description: 'true or false' })
const whole = (fallback: number, minimum: number) =>
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
  Type.Array(Type.String({ minLength: 1, description: what }), {
    default: fallback,
    description: `a list, each item ${what}`,
  })
const oneOf = <const T extends string>(values: readonly T[], fallback: T) =>
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
  max: whole(3, 1),
  backoff: Type.Array(duration('5m'), {
    default: ['5m', '15m', '45m'],
    minItems: 1,
    description: 'a list of at least one duration, such as [5m, 15m, 45m]',
  }),
  infrastructure_max: whole(5, 0),
  dispatch_patience: duration('1h'),
})

const ci = section({
  wait: duration('60m'),
  no_checks_grace: duration('5m'),
  required: texts([], 'the name of a check'),
  ignore: texts([], 'a glob of check names such as "lint*"'),
  rerun_failed_once: bool(true),
  conclusions: section({
    neutral: oneOf(meanings, 'success'),
    skipped: oneOf(meanings, 'success'),
    cancelled: oneOf(meanings, 'failure'),
    stale: oneOf(meanings, 'pending'),
    timed_out: oneOf(meanings, 'failure'),
    startup_failure: oneOf(meanings, 'failure'),
    action_required: oneOf(meanings, 'human'),
  }),
  allow_only_neutral: bool(false),
})

const review = section({
  required: bool(true),
  wait: duration('60m'),
  arrival: duration('5m'),
  request_after: duration('5m'),
  blocking_severity: oneOf(['P0', 'P1', 'P2', 'P3'], 'P3'),
  human_changes_requested: oneOf(['block', 'ignore'], 'block'),
  human_threads: oneOf(['block', 'ignore'], 'block'),
})

const diff = section({
  allow_empty: bool(false),
  max_files: whole(200, 1),
  max_lines: whole(20_000, 1),
  allowed_paths: texts(['**'], glob),
  denied_paths: texts(['.github/workflows/**', '.codex-judge.yml'], glob),
  base: textOrNull('the name of a branch'),
})

const tests = section({
  weakened: oneOf(['needs_iteration', 'needs_human', 'off'], 'needs_iteration'),
  protected_paths: texts([], glob),
})

const noProgress = section({ same_failure: whole(2, 2), same_diff: whole(2, 2) })

const judge = section({
  models: Type.Array(
    Type.String({
      pattern: /^(?:(?:openai|anthropic)\/\S+|codex)$/,
      description: 'openai/<model>, anthropic/<model> or codex',
    }),
    {
      default: ['openai/gpt-5.2'],
      uniqueItems: true,
      description: 'a list of different models; [] lets the gates decide alone',
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
  max_input_tokens: whole(120_000, 1),
  invalid_answers_max: whole(3, 1),
  prices: byName(
    section({ input: usd(), cached_input: usd(), output: usd() }),
    'a map of models to { input, cached_input, output }, in US dollars a million tokens',
  ),
  send: section({ logs: bool(true), last_message: bool(true) }),
})

/** The service's own file: every key there is. */
export const policyFile = section({
  version: Type.Literal(1, { default: 1, description: '1' }),
  mode: Type.Union([Type.Enum(mode), Type.Record(Type.String(), Type.Enum(mode))], {
    default: 'act',
    description: 'act, observe, or a map such as { default: act, "owner/*": observe }',
  }),
  attempts,
  ci,
  review,
  diff,
  tests,
  secrets: section({ found: oneOf(['needs_human', 'needs_iteration'], 'needs_human') }),
  judge,
  budget: section({
    run_usd: usd(2),
    issue_usd: usd(10),
    repository_day_usd: usd(50),
    unknown_call_usd: usd(0.25),
    labels: byName(usd(), 'a map of issue labels to amounts in US dollars'),
    count_agent: bool(false),
  }),
  escalation: section({ remind: duration('24h', 1), close: duration('14d', 1) }),
  patience: section({
    github: duration('60m'),
    artifacts: duration('15m'),
    completion: duration('24h', 1),
  }),
  no_progress: noProgress,
  status: section({
    enabled: bool(true),
    context: Type.String({
      default: 'codex-judge',
      minLength: 1,
      description: 'a name for the commit status',
    }),
  }),
  tuning: section({
    enabled: bool(false),
    repository: textOrNull('a repository such as owner/name'),
    prompt_path: textOrNull('the path of the prompt in that repository'),
    threshold: whole(3, 1),
    window: duration('24h', 1),
    cooldown: duration('6h'),
  }),
  retention: section({
    inbox: kept('30d'),
    facts: kept('90d'),
    verdicts: kept('90d'),
    memories: kept('365d'),
    agent_messages: kept('30d'),
    runs: kept(null),
  }),
  locked: texts([], 'a key a repository may otherwise set, such as review.required'),
})

/** The sections a repository's own file may set. Everything else is the service's alone. */
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
/** The same, durations in milliseconds. */
export type PolicyValues = StaticDecode<typeof policyFile>
