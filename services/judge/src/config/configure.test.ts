import { expect, test } from 'vitest'
import { renderConfigurationDoc } from './configuration-doc.ts'
import { configure } from './configure.ts'
import type { Env, ReadFile } from './read-settings.ts'
import type { Settings } from './settings.ts'
import { settingsSchema } from './settings-schema.ts'

const credentials: Env = { GITHUB_TOKEN: 'ghp', OPENAI_API_KEY: 'sk' }
const createReader =
  (more: Readonly<Record<string, string>> = {}): ReadFile =>
  (path) => {
    const text = { 'config/policy.yml': '', ...more }[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }

const readSettings = (env: Env, more: Readonly<Record<string, string>> = {}): Settings => {
  const read = configure({ ...credentials, ...env }, createReader(more))
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.ok.settings
}
const readFaults = (env: Env, more: Readonly<Record<string, string>> = {}): readonly string[] => {
  const read = configure(env, createReader(more))
  return 'faults' in read ? read.faults : []
}

test('with nothing but credentials every setting has the default of the contract', () => {
  expect(readSettings({})).toMatchObject({
    listen: { host: '127.0.0.1', port: 8080 },
    publicUrl: null,
    logLevel: 'info',
    policyFile: 'config/policy.yml',
    dataDir: '.data',
    databaseUrl: null,
    tokens: { ingest: [], operator: [], read: [] },
    allowUnauthenticated: false,
    kafka: null,
    artifacts: { bucket: 'argo-workflows', store: { kind: 'filesystem', dir: '.data/artifacts' } },
    argo: null,
    github: {
      apiUrl: 'https://api.github.com',
      graphqlUrl: 'https://api.github.com/graphql',
      credentials: { kind: 'token', token: 'ghp' },
      webhookSecrets: [],
      repositories: [],
      reviewers: ['chatgpt-codex-connector'],
    },
    models: {
      openai: { apiKey: 'sk', baseUrl: 'https://api.openai.com/v1' },
      codex: { bin: 'codex' },
    },
    dispatcher: null,
    discord: null,
    nats: null,
    embeddings: null,
    otlpEndpoint: null,
  })
})

test('an empty variable counts as unset', () => {
  expect(readSettings({ PORT: '', DISPATCHER_URL: ' ', INGEST_TOKEN: '' })).toMatchObject({
    listen: { port: 8080 },
    dispatcher: null,
    tokens: { ingest: [] },
  })
})

test('every fault is reported at once: variables, policy, and missing credentials', () => {
  const lines = readFaults(
    {
      PORT: '99999',
      LOG_LEVEL: 'loud',
      ARGO_SERVER_URL: 'argo:2746',
      ALLOW_UNAUTHENTICATED: 'yes',
      HOST: '0.0.0.0',
      INGEST_TOKEN: 'a',
    },
    { 'config/policy.yml': 'review:\n  wait: soon\n' },
  )
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'PORT',
    'LOG_LEVEL',
    'ALLOW_UNAUTHENTICATED',
    'ARGO_SERVER_URL',
    'config/policy.yml:2',
    'OPERATOR_TOKEN',
    'READ_TOKEN',
    'GITHUB_TOKEN',
  ])
  expect(lines[0]).toBe('PORT: "99999" is invalid; expected a port from 0 to 65535')
  expect(lines.every((line) => !line.includes('\n'))).toBe(true)
})

test('a fault never shows the value of a secret', () => {
  const lines = readFaults({
    ...credentials,
    DATABASE_URL: 'mysql://root:hunter2@db/x',
    INGEST_TOKEN: 'hunter2,',
  })
  expect(lines).toHaveLength(2)
  expect(lines.join()).not.toContain('hunter2')
})

test.each([
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PUBLIC_URL', 'judge.example'],
  ['DATABASE_URL', 'judge'],
  ['KAFKA_BROKERS', 'kafka'],
  ['KAFKA_SSL', '1'],
  ['KAFKA_BROKERS', 'a:9092,,b:9092'],
  ['MINIO_ENDPOINT', 'ftp://minio:9000'],
  ['MINIO_ENDPOINT', 'http://minio:9000/bucket'],
  ['ARGO_SWEEP_INTERVAL', '5'],
  ['ARGO_SWEEP_INTERVAL', '0s'],
  ['GITHUB_REPOSITORIES', 'widgets'],
  ['GITHUB_APP_PRIVATE_KEY', 'not a key'],
  ['OPERATOR_TOKEN', 'a b'],
  ['OPERATOR_TOKEN', 'ada:'],
  ['DISCORD_SUCCESS_CHANNEL_ID', '#general'],
  ['EMBEDDINGS_DIMENSION', '0'],
  ['CODEX_REVIEWERS', 'a,,b'],
])('%s=%s is a fault that names the variable', (variable, value) => {
  expect(readFaults({ ...credentials, [variable]: value })).toContainEqual(
    expect.stringMatching(new RegExp(`^${variable}: .*; expected .`)),
  )
})

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['127.8.9.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.7', false],
  ['127.0.0.1.example.com', false],
])('listening at %s without tokens: allowed is %s', (HOST, allowed) => {
  expect(readFaults({ ...credentials, HOST })).toHaveLength(allowed ? 0 : 3)
})

test('a host that other machines can reach needs all three tokens or ALLOW_UNAUTHENTICATED', () => {
  expect(
    readFaults({
      ...credentials,
      HOST: '0.0.0.0',
      INGEST_TOKEN: 'a',
      OPERATOR_TOKEN: 'b',
      READ_TOKEN: 'c',
    }),
  ).toEqual([])
  expect(readFaults({ ...credentials, HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' })).toEqual([])
})

test('missing GitHub credentials are a fault that mentions models and the demo', () => {
  expect(readFaults({ OPENAI_API_KEY: 'sk' })).toEqual([
    expect.stringMatching(/^GITHUB_TOKEN: .*judge\.models: \[\].*npm run demo/),
  ])
})

test.each([
  ['openai/gpt-5.2', 'OPENAI_API_KEY'],
  ['codex', 'OPENAI_API_KEY'],
  ['anthropic/claude', 'ANTHROPIC_API_KEY'],
])(
  'a policy that names %s requires %s, and the fault says what to do instead',
  (model, variable) => {
    const lines = readFaults(
      { GITHUB_TOKEN: 'ghp' },
      { 'config/policy.yml': `judge: { models: ["${model}"] }` },
    )
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${variable}: .*${model}.*judge\\.models: \\[\\].*npm run demo`),
      ),
    ])
  },
)

test('a policy by which Argo must know each completion requires Argo', () => {
  const policy = { 'config/policy.yml': 'runs: { verify: always }\njudge: { models: [] }' }
  expect(readFaults({ GITHUB_TOKEN: 'ghp' }, policy)).toEqual([
    expect.stringMatching(/^ARGO_SERVER_URL: .*config\/policy\.yml.*runs\.verify: when_known/),
  ])
  expect(
    readFaults({ GITHUB_TOKEN: 'ghp', ARGO_SERVER_URL: 'http://argo.example' }, policy),
  ).toEqual([])
})

test('a policy without models requires no API key', () => {
  expect(
    readFaults({ GITHUB_TOKEN: 'ghp' }, { 'config/policy.yml': 'judge: { models: [] }' }),
  ).toEqual([])
})

test('a policy file that cannot be read is a fault of POLICY_FILE', () => {
  expect(readFaults({ ...credentials, POLICY_FILE: 'elsewhere.yml' })).toEqual([
    expect.stringMatching(/^POLICY_FILE: elsewhere\.yml cannot be read/),
  ])
})

test('secrets may come from files, and the trailing line break is removed', () => {
  const read = readSettings(
    {
      GITHUB_TOKEN: undefined,
      GITHUB_TOKEN_FILE: '/run/github',
      ARGO_SERVER_URL: 'https://argo:2746/',
      ARGO_TOKEN_FILE: '/run/argo',
    },
    { '/run/github': 'ghp_file\n', '/run/argo': 'argo-token\n' },
  )
  expect(read.github.credentials).toEqual({ kind: 'token', token: 'ghp_file' })
  expect(read.argo).toEqual({
    url: 'https://argo:2746',
    token: 'argo-token',
    tokenFile: '/run/argo',
    sweepInterval: 300_000,
  })
})

test('a secret file that is unreadable, empty or set beside its variable is a fault', () => {
  expect(readFaults({ ...credentials, READ_TOKEN_FILE: '/run/none' })).toEqual([
    expect.stringMatching(/^READ_TOKEN_FILE: .*cannot be read/),
  ])
  expect(readFaults({ ...credentials, READ_TOKEN_FILE: '/run/e' }, { '/run/e': '\n' })).toEqual([
    expect.stringMatching(/^READ_TOKEN_FILE: .*empty/),
  ])
  expect(
    readFaults({ ...credentials, READ_TOKEN: 'a', READ_TOKEN_FILE: '/run/e' }, { '/run/e': 'a' }),
  ).toEqual([expect.stringMatching(/^READ_TOKEN_FILE: READ_TOKEN is set too/)])
})

test('tokens are separated by commas, and those of operators may name their holder', () => {
  expect(
    readSettings({
      INGEST_TOKEN: 'old, new',
      NOTIFY_TOKEN: 'pod, next',
      OPERATOR_TOKEN: 'ada:s3cret,grace:t0ken,plain',
    }).tokens,
  ).toEqual({
    notify: [
      { name: null, token: 'pod' },
      { name: null, token: 'next' },
    ],
    ingest: [
      { name: null, token: 'old' },
      { name: null, token: 'new' },
    ],
    operator: [
      { name: 'ada', token: 's3cret' },
      { name: 'grace', token: 't0ken' },
      { name: null, token: 'plain' },
    ],
    read: [],
  })
})

test.each([
  ['minio:9000', { host: 'minio', port: 9000, tls: false }],
  ['http://minio:9000/', { host: 'minio', port: 9000, tls: false }],
  ['https://s3.example', { host: 's3.example', port: 443, tls: true }],
])('MINIO_ENDPOINT %s is parsed', (MINIO_ENDPOINT, endpoint) => {
  const read = readSettings({ MINIO_ENDPOINT, MINIO_ACCESS_KEY: 'a', MINIO_SECRET_KEY: 'b' })
  expect(read.artifacts.store).toEqual({
    kind: 'minio',
    endpoint,
    credentials: { accessKey: 'a', secretKey: 'b' },
    region: 'us-east-1',
  })
})

test.each([
  [{ MINIO_ACCESS_KEY: 'a' }, 'MINIO_SECRET_KEY'],
  [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'u' }, 'KAFKA_PASSWORD'],
  [{ GITHUB_TOKEN: undefined, GITHUB_APP_ID: '7' }, 'GITHUB_APP_PRIVATE_KEY'],
  [
    {
      GITHUB_APP_ID: '7',
      GITHUB_APP_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\\nx\\n-----END PRIVATE KEY-----',
    },
    'GITHUB_APP_ID',
  ],
])('for %j the fault names %s', (env, variable) => {
  expect(readFaults({ ...credentials, ...env })).toEqual([
    expect.stringMatching(new RegExp(`^${variable}: `)),
  ])
})

test('the private key of an App may contain its line breaks as \\n', () => {
  const read = readSettings({
    GITHUB_TOKEN: undefined,
    GITHUB_APP_ID: '7',
    GITHUB_APP_PRIVATE_KEY:
      '-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----\\n',
  })
  expect(read.github.credentials).toEqual({
    kind: 'app',
    appId: '7',
    privateKey: '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n',
  })
})

test('the GraphQL URL is derived as GitHub Enterprise has it, unless it is set', () => {
  expect(readSettings({ GITHUB_API_URL: 'https://ghe.example/api/v3/' }).github.graphqlUrl).toBe(
    'https://ghe.example/api/graphql',
  )
  expect(readSettings({ GITHUB_API_URL: 'http://127.0.0.1:9' }).github.graphqlUrl).toBe(
    'http://127.0.0.1:9/graphql',
  )
  expect(readSettings({ GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9/g' }).github.graphqlUrl).toBe(
    'http://127.0.0.1:9/g',
  )
})

test('escalations go to the success channel unless they have a channel of their own', () => {
  const on = { DISCORD_BOT_TOKEN: 't', DISCORD_SUCCESS_CHANNEL_ID: '1' }
  expect(readSettings(on).discord).toMatchObject({ successChannel: '1', escalationChannel: '1' })
  expect(readSettings({ ...on, DISCORD_ESCALATION_CHANNEL_ID: '2' }).discord).toMatchObject({
    successChannel: '1',
    escalationChannel: '2',
  })
  expect(
    readSettings({ DISCORD_BOT_TOKEN: 't', DISCORD_ESCALATION_CHANNEL_ID: '2' }).discord,
  ).toMatchObject({
    successChannel: null,
    escalationChannel: '2',
  })
})

test('every system that is off names the variable that turns it on', () => {
  expect(readSettings({}).off).toEqual({
    kafka: 'off: KAFKA_BROKERS is not set',
    argo: 'off: ARGO_SERVER_URL is not set',
    githubWebhooks: 'off: GITHUB_WEBHOOK_SECRET is not set',
    dispatcher: 'off: DISPATCHER_URL is not set',
    discord: 'off: DISCORD_BOT_TOKEN is not set',
    nats: 'off: NATS_URL is not set',
    embeddings: 'off: this release finds memories by full-text search only',
    traces: 'off: OTEL_EXPORTER_OTLP_ENDPOINT is not set',
  })
  expect(readSettings({ DISCORD_BOT_TOKEN: 't', DISPATCHER_URL: 'http://d' }).off).toMatchObject({
    discord: 'off: DISCORD_SUCCESS_CHANNEL_ID is not set',
  })
  expect(readSettings({ DISPATCHER_URL: 'http://d' }).off).not.toHaveProperty('dispatcher')
})

test('the documentation names every variable', () => {
  const doc = renderConfigurationDoc()
  for (const variable of Object.keys(settingsSchema.properties))
    expect(doc).toContain(`| \`${variable}\``)
})

test('of two dispatcher tokens, as set during a rotation, the first is sent', () => {
  const dispatcher = (token: string) =>
    readSettings({ DISPATCHER_URL: 'http://d', DISPATCHER_TOKEN: token }).dispatcher
  expect(dispatcher('old-token, new-token')).toEqual({ url: 'http://d', token: 'old-token' })
  expect(dispatcher('only-token')).toEqual({ url: 'http://d', token: 'only-token' })
})
