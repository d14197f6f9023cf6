import Type, { type StaticDecode } from 'typebox'
import {
  aChannel,
  bool,
  channel,
  duration,
  endpoint,
  list,
  maybe,
  namedTokens,
  oneOf,
  plainTokens,
  privateKey,
  read,
  secret,
  text,
  textOrNone,
  url,
  urlOrNone,
} from './variable-kinds.ts'

/*
 * Every variable the service reads, once: its meaning, its default, what a right value looks like,
 * and how its text becomes a value. config.ts reads the environment with it and
 * docs/configuration.md is generated from it, so the two cannot disagree.
 */

const listening = {
  HOST: text({ default: '127.0.0.1', description: 'Where it listens.' }),
  PORT: read(
    {
      default: '8080',
      right: 'a port from 0 to 65535',
      description: 'Where it listens; 0 takes a free port, logged as `listening`.',
    },
    (given) => (/^\d{1,5}$/.test(given) && Number(given) <= 65_535 ? Number(given) : null),
  ),
  PUBLIC_URL: urlOrNone({
    unset: '`http://HOST:PORT`',
    description: 'Base of the links in messages.',
  }),
  LOG_LEVEL: read(
    ...oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'How much is logged: JSON lines, pretty on a terminal.',
    }),
  ),
  POLICY_FILE: text({
    default: 'config/policy.yml',
    description: 'The policy of the service; the shipped file is its own reference.',
  }),
}

const storage = {
  DATA_DIR: text({
    default: '.data',
    description: 'The embedded PostgreSQL and the artifacts of the filesystem store live here.',
  }),
  DATABASE_URL: maybe(
    {
      right: 'an address such as postgres://user:password@host:5432/name',
      unset: 'an embedded PostgreSQL under `DATA_DIR`',
      description: 'Any PostgreSQL 15 or newer.',
      secret: true,
    },
    (given) => (/^postgres(?:ql)?:\/\/\S+$/.test(given) ? given : null),
  ),
}

const access = {
  INGEST_TOKEN: maybe(
    {
      right: 'one token or two, separated by a comma',
      unset: 'open',
      secret: true,
      description:
        'Bearer token that run-complete and notify posts must carry. A KafkaSource sends it as the CloudEvents extension `ingesttoken`. Two tokens, separated by a comma, are both accepted, for rotation.',
    },
    plainTokens,
  ),
  OPERATOR_TOKEN: maybe(
    {
      right: 'tokens separated by commas, each of them token or name:token',
      unset: 'open',
      secret: true,
      description:
        'Bearer tokens for every write by a person. `name:token,name:token` names the actor in the audit.',
    },
    namedTokens,
  ),
  READ_TOKEN: maybe(
    {
      right: 'one token or two, separated by a comma',
      unset: 'open',
      secret: true,
      description: "If set, reads need it, or an operator's.",
    },
    plainTokens,
  ),
  ALLOW_UNAUTHENTICATED: bool({
    default: 'false',
    description:
      'Must be `true` to start on a `HOST` others can reach without all three tokens above.',
  }),
}

const kafka = {
  KAFKA_BROKERS: maybe(
    {
      right: 'addresses such as host:9092,host:9092',
      unset: 'no Kafka',
      description: 'Brokers, separated by commas.',
    },
    (given) => list(given, /^[^\s,/]+:\d{1,5}$/),
  ),
  KAFKA_GROUP_ID: text({ default: 'codex-judge', description: 'The consumer group.' }),
  KAFKA_COMPLETIONS_TOPIC: text({
    default: 'argo.workflows.completions',
    description: 'Finished workflows.',
  }),
  KAFKA_GITHUB_TOPIC: text({
    default: 'github.webhook.codex.judge',
    description: "GitHub's webhooks.",
  }),
  KAFKA_DEAD_LETTER_TOPIC: textOrNone({
    unset: 'none',
    description: 'Malformed records are sent here as well as to the quarantine.',
  }),
  KAFKA_SSL: bool({ default: 'false', description: 'Whether the brokers speak TLS.' }),
  KAFKA_SASL_MECHANISM: maybe(
    ...oneOf(['plain', 'scram-sha-256', 'scram-sha-512'], {
      unset: 'none',
      description: 'How to log in at the brokers.',
    }),
  ),
  KAFKA_USERNAME: textOrNone({ unset: 'none', description: 'Needed with `KAFKA_SASL_MECHANISM`.' }),
  KAFKA_PASSWORD: secret({ unset: 'none', description: 'Needed with `KAFKA_SASL_MECHANISM`.' }),
}

const artifacts = {
  ARTIFACT_DIR: textOrNone({
    unset: '`DATA_DIR/artifacts`',
    description:
      'The filesystem store: an object is at `<dir>/<bucket>/<key>`. Used while `MINIO_ENDPOINT` is unset.',
  }),
  MINIO_ENDPOINT: maybe(
    {
      right: 'an address such as https://host:9000 or host:9000',
      unset: 'the filesystem store',
      description: 'An S3 server: `http(s)://host:port` or `host:port`.',
    },
    endpoint,
  ),
  MINIO_ACCESS_KEY: secret({ unset: 'anonymous', description: 'Needed with `MINIO_SECRET_KEY`.' }),
  MINIO_SECRET_KEY: secret({ unset: 'anonymous', description: 'Needed with `MINIO_ACCESS_KEY`.' }),
  MINIO_REGION: text({ default: 'us-east-1', description: 'The region requests are signed for.' }),
  ARTIFACT_BUCKET: text({
    default: 'argo-workflows',
    description: 'The bucket where a message names none.',
  }),
}

const argo = {
  ARGO_SERVER_URL: urlOrNone({
    unset: 'off',
    description:
      'The Argo Workflows API: outputs by workflow, and the sweep for missed completions.',
  }),
  ARGO_TOKEN: secret({
    unset: 'none',
    description: 'Its bearer token. Given as a file, it is read again when Argo answers 401.',
  }),
  ARGO_SWEEP_INTERVAL: duration({
    default: '5m',
    description: 'How often Argo is asked for completions whose event was lost.',
  }),
}

const github = {
  GITHUB_API_URL: url({
    default: 'https://api.github.com',
    description: 'For GitHub Enterprise: `https://host/api/v3`.',
  }),
  GITHUB_GRAPHQL_URL: urlOrNone({
    unset: 'beside `GITHUB_API_URL`',
    description: 'Its GraphQL address.',
  }),
  GITHUB_TOKEN: secret({
    unset: 'the App below',
    description: 'A token for everything this service does on GitHub.',
  }),
  GITHUB_APP_ID: textOrNone({
    unset: '`GITHUB_TOKEN`',
    description: 'A GitHub App instead of a token; its installation is resolved per owner.',
  }),
  GITHUB_APP_PRIVATE_KEY: maybe(
    {
      right: 'a private key in PEM form',
      unset: '`GITHUB_TOKEN`',
      secret: true,
      description: 'Its key, in PEM form; line breaks may be written `\\n`.',
    },
    privateKey,
  ),
  GITHUB_REVIEW_REQUEST_TOKEN: secret({
    unset: 'the same credentials',
    description: 'Asks the reviewer, where that must be another account.',
  }),
  GITHUB_WEBHOOK_SECRET: secret({
    unset: 'the route answers 503',
    description: 'HMAC secret of `/webhooks/github`.',
  }),
  GITHUB_REPOSITORIES: maybe(
    {
      right: 'globs such as owner/name,owner/*',
      unset: 'any',
      description:
        'The repositories the service may judge: `owner/name` globs, separated by commas.',
    },
    (given) => list(given, /^[^\s,/]+\/[^\s,]+$|^\*\*?$/),
  ),
  CODEX_REVIEWERS: read(
    {
      right: 'logins separated by commas',
      default: 'chatgpt-codex-connector[bot]',
      description: 'Logins of the Codex reviewer, separated by commas; `[bot]` may be left out.',
    },
    (given) => list(given, /^[\w-]+(?:\[bot\])?$/),
  ),
}

const models = {
  OPENAI_API_KEY: secret({
    unset: 'none',
    description: 'For models named `openai/…` and for `codex`.',
  }),
  OPENAI_BASE_URL: url({
    default: 'https://api.openai.com/v1',
    description: 'Any OpenAI-compatible server.',
  }),
  ANTHROPIC_API_KEY: secret({ unset: 'none', description: 'For models named `anthropic/…`.' }),
  ANTHROPIC_BASE_URL: urlOrNone({ unset: "the vendor's", description: 'Where those models are.' }),
  CODEX_BIN: text({
    default: 'codex',
    description: 'The Codex CLI of the model named `codex`: a path, or a name on `PATH`.',
  }),
  EMBEDDINGS_MODEL: textOrNone({
    unset: 'full-text search',
    description: 'Finds memories by meaning, through `OPENAI_BASE_URL`.',
  }),
  EMBEDDINGS_DIMENSION: maybe(
    {
      right: 'a whole number from 1 to 16000',
      unset: 'none',
      description: "The length of that model's vectors.",
    },
    (given) =>
      /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 16_000
        ? Number(given)
        : null,
  ),
}

const effects = {
  DISPATCHER_URL: urlOrNone({
    unset: 'off',
    description: 'Tasks go to `POST {DISPATCHER_URL}/codex/tasks`.',
  }),
  DISPATCHER_TOKEN: secret({ unset: 'none', description: 'Its bearer token.' }),
  DISCORD_BOT_TOKEN: secret({ unset: 'off', description: 'The bot that writes to Discord.' }),
  DISCORD_SUCCESS_CHANNEL_ID: maybe(aChannel('off', 'Where successes are told.'), channel),
  DISCORD_ESCALATION_CHANNEL_ID: maybe(
    aChannel('the success channel', 'Where questions to people go.'),
    channel,
  ),
  DISCORD_API_URL: url({
    default: 'https://discord.com/api',
    description: 'Messages go to `{DISCORD_API_URL}/v10/channels/{id}/messages`.',
  }),
}

const around = {
  NATS_URL: maybe(
    {
      right: 'an address such as nats://host:4222',
      unset: 'off',
      description: 'Messages of agents.',
    },
    (given) => (/^(?:(?:nats|tls|wss?):\/\/)?[^\s/]+\/?$/.test(given) ? given : null),
  ),
  NATS_USER: textOrNone({ unset: 'none', description: 'Needed with `NATS_PASSWORD`.' }),
  NATS_PASSWORD: secret({ unset: 'none', description: 'Needed with `NATS_USER`.' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOrNone({
    unset: 'off',
    description:
      'The collector that traces go to, by OTLP over HTTP: `/v1/traces` is put behind this address. Its other variables (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TIMEOUT`, …) are heeded, too.',
  }),
}

/** The groups in the order in which docs/configuration.md shows them. */
export const settingGroups = {
  'The service itself': listening,
  'Who may what': access,
  Storage: storage,
  Kafka: kafka,
  Artifacts: artifacts,
  'Argo Workflows': argo,
  GitHub: github,
  Models: models,
  'Dispatcher and Discord': effects,
  'Agent messages and traces': around,
} as const

/** All of them as one schema: a text for each variable, decoded to its value. */
export const settingsSchema = Type.Object({
  ...listening,
  ...access,
  ...storage,
  ...kafka,
  ...artifacts,
  ...argo,
  ...github,
  ...models,
  ...effects,
  ...around,
})

export type Variables = StaticDecode<typeof settingsSchema>
export type Variable = keyof Variables

const isVariable = (name: string): name is Variable =>
  Object.hasOwn(settingsSchema.properties, name)
export const variables = Object.keys(settingsSchema.properties).filter(isVariable)

/**
 * A note the schema keeps of a variable beside how to read it: `description`, `right`, `default`,
 * `unset`.
 */
export function noteOf(
  variable: Variable,
  note: 'description' | 'right' | 'default' | 'unset',
): string | null {
  const found: unknown = Object.entries(settingsSchema.properties[variable]).find(
    ([key]) => key === note,
  )?.[1]
  return typeof found === 'string' ? found : null
}
export const isSecret = (variable: Variable): boolean =>
  'secret' in settingsSchema.properties[variable]
