import { join } from 'node:path'
import type { Millis } from '../lib/instant.ts'
import type { Variable, Variables } from './settings-schema.ts'
import type { ConfiguredToken, ServerEndpoint } from './variable-kinds.ts'

/** The settings of the environment, validated and typed. A system that is off is null. */
export interface Settings {
  /** The values of all secrets, which are masked wherever they appear. */
  readonly secrets: readonly string[]
  readonly listen: { readonly host: string; readonly port: number }
  /** Null: the address it listens on. No URL here ends with a slash. */
  readonly publicUrl: string | null
  readonly logLevel: Variables['LOG_LEVEL']
  readonly policyFile: string
  readonly dataDir: string
  /** Null: the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null
  readonly allowUnauthenticated: boolean
  /** A role without tokens is open. */
  readonly tokens: {
    readonly ingest: readonly ConfiguredToken[]
    /** Empty: the ingest token is used. */
    readonly notify: readonly ConfiguredToken[]
    readonly operator: readonly ConfiguredToken[]
    readonly read: readonly ConfiguredToken[]
  }
  readonly kafka: {
    readonly brokers: readonly string[]
    readonly groupId: string
    readonly completionsTopic: string
    readonly githubTopic: string
    readonly deadLetterTopic: string | null
    readonly ssl: boolean
    readonly sasl: {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    } | null
  } | null
  readonly artifacts: {
    /** The bucket of artifacts whose message names none. */
    readonly bucket: string
    /** Every bucket that may be read, that one included. */
    readonly buckets: readonly string[]
    readonly store:
      | { readonly kind: 'filesystem'; readonly dir: string }
      | {
          readonly kind: 'minio'
          readonly endpoint: ServerEndpoint
          readonly credentials: { readonly accessKey: string; readonly secretKey: string } | null
          readonly region: string
        }
  }
  /** `tokenFile` is the file of the token, from which a rotated one is read. */
  readonly argo: {
    readonly url: string
    readonly token: string | null
    readonly tokenFile: string | null
    readonly sweepInterval: Millis
  } | null
  /** The base of links to workflows; null: there are none. */
  readonly argoUiUrl: string | null
  readonly github: {
    readonly apiUrl: string
    readonly graphqlUrl: string
    readonly credentials:
      | { readonly kind: 'token'; readonly token: string }
      | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }
      | null
    /** Null: the credentials above request reviews, too. */
    readonly reviewRequestToken: string | null
    /** More than one during a rotation; empty: webhooks are off. */
    readonly webhookSecrets: readonly string[]
    /** Globs of `owner/name`; empty: any. */
    readonly repositories: readonly string[]
    /** Without the `[bot]` suffix, as GraphQL spells them. */
    readonly reviewers: readonly string[]
  }
  readonly models: {
    readonly openai: { readonly apiKey: string | null; readonly baseUrl: string }
    readonly anthropic: { readonly apiKey: string | null; readonly baseUrl: string | null }
    /** The Codex CLI, and the `PATH` it is found on and runs with. */
    readonly codex: { readonly bin: string; readonly path: string }
  }
  readonly embeddings: { readonly model: string; readonly dimension: number } | null
  readonly dispatcher: { readonly url: string; readonly token: string | null } | null
  readonly discord: {
    readonly token: string
    readonly successChannel: string | null
    readonly escalationChannel: string
    readonly apiUrl: string
  } | null
  readonly nats: {
    readonly url: string
    readonly login: { readonly user: string; readonly password: string } | null
  } | null
  /** The base URL of the collector that receives traces. */
  readonly otlpEndpoint: string | null
  /**
   * Each external system that is off, with the variable that would turn it on. Logged once at
   * start-up and shown by /readyz.
   */
  readonly off: Readonly<Record<string, string>>
  /** The variables that have a value. */
  readonly set: readonly Variable[]
}

/** Builds the settings from valid variables. `env` supplies only `ARGO_TOKEN_FILE` and `PATH`. */
export function buildSettings(
  read: Variables,
  env: Readonly<Record<string, string | undefined>>,
  set: ReadonlySet<Variable>,
): Omit<Settings, 'secrets'> {
  return {
    set: [...set],
    listen: { host: read.HOST, port: read.PORT },
    publicUrl: read.PUBLIC_URL ?? null,
    logLevel: read.LOG_LEVEL,
    policyFile: read.POLICY_FILE,
    dataDir: read.DATA_DIR,
    databaseUrl: read.DATABASE_URL ?? null,
    tokens: {
      ingest: read.INGEST_TOKEN ?? [],
      notify: read.NOTIFY_TOKEN ?? [],
      operator: read.OPERATOR_TOKEN ?? [],
      read: read.READ_TOKEN ?? [],
    },
    allowUnauthenticated: read.ALLOW_UNAUTHENTICATED,
    kafka: buildKafkaSettings(read),
    artifacts: buildArtifactSettings(read),
    argo: read.ARGO_SERVER_URL
      ? {
          url: read.ARGO_SERVER_URL,
          token: read.ARGO_TOKEN ?? null,
          tokenFile: env.ARGO_TOKEN_FILE?.trim() || null,
          sweepInterval: read.ARGO_SWEEP_INTERVAL,
        }
      : null,
    argoUiUrl: read.ARGO_UI_URL ?? null,
    github: buildGithubSettings(read),
    models: {
      openai: { apiKey: read.OPENAI_API_KEY ?? null, baseUrl: read.OPENAI_BASE_URL },
      anthropic: {
        apiKey: read.ANTHROPIC_API_KEY ?? null,
        baseUrl: read.ANTHROPIC_BASE_URL ?? null,
      },
      codex: { bin: read.CODEX_BIN, path: env.PATH ?? '' },
    },
    embeddings:
      read.EMBEDDINGS_MODEL && read.EMBEDDINGS_DIMENSION && read.OPENAI_API_KEY
        ? { model: read.EMBEDDINGS_MODEL, dimension: read.EMBEDDINGS_DIMENSION }
        : null,
    // During a rotation both sides have the same two tokens; the service sends the first.
    dispatcher: read.DISPATCHER_URL
      ? { url: read.DISPATCHER_URL, token: read.DISPATCHER_TOKEN?.split(',')[0]?.trim() || null }
      : null,
    discord: buildDiscordSettings(read),
    nats: read.NATS_URL
      ? {
          url: read.NATS_URL,
          login:
            read.NATS_USER && read.NATS_PASSWORD
              ? { user: read.NATS_USER, password: read.NATS_PASSWORD }
              : null,
        }
      : null,
    otlpEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    off: describeOffSystems(read),
  }
}

function describeOffSystems(read: Variables): Readonly<Record<string, string>> {
  const needs: readonly (readonly [string, readonly Variable[]])[] = [
    ['kafka', ['KAFKA_BROKERS']],
    ['argo', ['ARGO_SERVER_URL']],
    ['githubWebhooks', ['GITHUB_WEBHOOK_SECRET']],
    ['dispatcher', ['DISPATCHER_URL']],
    [
      'discord',
      [
        'DISCORD_BOT_TOKEN',
        ...(read.DISCORD_ESCALATION_CHANNEL_ID ? [] : ['DISCORD_SUCCESS_CHANNEL_ID' as const]),
      ],
    ],
    ['nats', ['NATS_URL']],
    ['traces', ['OTEL_EXPORTER_OTLP_ENDPOINT']],
  ]
  const unset = needs.flatMap(([system, variables]) => {
    const missing = variables.find((variable) => read[variable] === undefined)
    return missing ? [[system, `off: ${missing} is not set`] as const] : []
  })
  return { ...Object.fromEntries(unset), ...unimplementedSystems }
}

/** Systems that have settings but no implementation in this release. */
const unimplementedSystems = {
  embeddings: 'off: this release finds memories by full-text search only',
} as const

function buildKafkaSettings(read: Variables): Settings['kafka'] {
  if (!read.KAFKA_BROKERS) return null
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
  } = read
  return {
    brokers: read.KAFKA_BROKERS,
    groupId: read.KAFKA_GROUP_ID,
    completionsTopic: read.KAFKA_COMPLETIONS_TOPIC,
    githubTopic: read.KAFKA_GITHUB_TOPIC,
    deadLetterTopic: read.KAFKA_DEAD_LETTER_TOPIC ?? null,
    ssl: read.KAFKA_SSL,
    sasl: mechanism && username && password ? { mechanism, username, password } : null,
  }
}

function buildArtifactSettings(read: Variables): Settings['artifacts'] {
  const {
    MINIO_ENDPOINT: endpoint,
    MINIO_ACCESS_KEY: accessKey,
    MINIO_SECRET_KEY: secretKey,
  } = read
  return {
    bucket: read.ARTIFACT_BUCKET,
    buckets: [...new Set([read.ARTIFACT_BUCKET, ...(read.ARTIFACT_BUCKETS ?? [])])],
    store: endpoint
      ? {
          kind: 'minio',
          endpoint,
          credentials: accessKey && secretKey ? { accessKey, secretKey } : null,
          region: read.MINIO_REGION,
        }
      : { kind: 'filesystem', dir: read.ARTIFACT_DIR ?? join(read.DATA_DIR, 'artifacts') },
  }
}

function buildGithubSettings(read: Variables): Settings['github'] {
  const {
    GITHUB_API_URL: apiUrl,
    GITHUB_TOKEN: token,
    GITHUB_APP_ID: appId,
    GITHUB_APP_PRIVATE_KEY: privateKey,
  } = read
  return {
    apiUrl,
    // GitHub Enterprise keeps REST at /api/v3 and GraphQL beside it, at /api/graphql.
    graphqlUrl: read.GITHUB_GRAPHQL_URL ?? `${apiUrl.replace(/\/v3$/, '')}/graphql`,
    credentials: token
      ? { kind: 'token', token }
      : appId && privateKey
        ? { kind: 'app', appId, privateKey }
        : null,
    reviewRequestToken: read.GITHUB_REVIEW_REQUEST_TOKEN ?? null,
    webhookSecrets: splitList(read.GITHUB_WEBHOOK_SECRET),
    repositories: read.GITHUB_REPOSITORIES ?? [],
    reviewers: read.CODEX_REVIEWERS.map((login) => login.replace(/\[bot\]$/, '')),
  }
}

const splitList = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function buildDiscordSettings(read: Variables): Settings['discord'] {
  const {
    DISCORD_BOT_TOKEN: token,
    DISCORD_SUCCESS_CHANNEL_ID: successChannel,
    DISCORD_ESCALATION_CHANNEL_ID: own,
  } = read
  const escalationChannel = own ?? successChannel
  if (!token || !escalationChannel) return null
  return {
    token,
    successChannel: successChannel ?? null,
    escalationChannel,
    apiUrl: read.DISCORD_API_URL,
  }
}
