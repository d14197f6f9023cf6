import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { codexJudge } from './harness/codex-judge.ts'
import { createEmptyDatabase, createTestDatabase } from './harness/database.ts'
import { oldestNode } from './notify/notify.ts'
import { serve } from './world/serve.ts'
import { createWorld } from './world/world.ts'

async function createDatabaseUrl(make: typeof createTestDatabase): Promise<string> {
  const made = await make()
  onTestFinished(made.drop)
  return made.url
}

async function startWorld() {
  const made = await createWorld()
  onTestFinished(made.close)
  return made
}

async function serveGithub(
  answers: Readonly<Record<string, { status?: number; body?: unknown; scopes?: string }>>,
) {
  const server = await serve(async ({ path }) => {
    const { status = 200, body = {}, scopes } = answers[path] ?? { status: 404 }
    const headers: Record<string, string> = scopes === undefined ? {} : { 'x-oauth-scopes': scopes }
    return { status, headers, body: JSON.stringify(body) }
  })
  onTestFinished(server.close)
  return server.url
}

test('migrate creates the schema, lists what it applied, and then has nothing to do', async () => {
  const url = await createDatabaseUrl(createEmptyDatabase)
  const first = await codexJudge(['migrate'], { DATABASE_URL: url })
  expect(first).toMatchObject({ code: 0, err: [] })
  expect(first.out[0]).toBe('applied 0001_spine')
  expect(await codexJudge(['migrate'], { DATABASE_URL: url })).toMatchObject({
    code: 0,
    out: ['nothing to do: the schema is current'],
  })
})

test('purge only counts with --dry-run, and removes without it', async () => {
  const url = await createDatabaseUrl(createTestDatabase)
  expect((await codexJudge(['purge', '--dry-run'], { DATABASE_URL: url })).out).toContain(
    'inbox: 0 would be removed',
  )
  expect(await codexJudge(['purge'], { DATABASE_URL: url })).toMatchObject({ code: 0, err: [] })
})

test('questions lists what is open, and answer answers several at once', async () => {
  const asked: unknown[] = []
  const server = await serve(async ({ method, path, headers, body }) => {
    asked.push([method, path, headers.authorization])
    const option = { id: 'resume', text: 'Again.' }
    const open = { id: 'e1', reason: 'outage', runs: [{}, {}], options: [option], question: 'Why?' }
    if (method === 'GET')
      return { status: 200, body: JSON.stringify({ ok: true, escalations: [open] }) }
    asked.push(JSON.parse(body.toString()))
    const results = [
      { id: 'e1', status: 200, escalation: open },
      { id: 'e2', status: 409, detail: 'The question is already closed.' },
    ]
    return { status: 200, body: JSON.stringify({ ok: true, results }) }
  })
  onTestFinished(server.close)
  const env = { PUBLIC_URL: server.url, OPERATOR_TOKEN: 'ada:ada-token' }
  expect(await codexJudge(['questions'], env)).toMatchObject({
    code: 0,
    out: ['e1  outage  2 runs  resume  Why?'],
  })
  expect(await codexJudge(['answer', 'resume', 'e1', 'e2', '--note', 'Fixed.'], env)).toMatchObject(
    {
      code: 1,
      out: ['e1  answered for 2 runs', 'e2  409 The question is already closed.'],
    },
  )
  expect(asked).toEqual([
    ['GET', '/api/codex/escalations', 'Bearer ada-token'],
    ['POST', '/api/codex/escalations/answers', 'Bearer ada-token'],
    { ids: ['e1', 'e2'], option: 'resume', note: 'Fixed.' },
  ])
  await server.close()
  expect(await codexJudge(['questions'], env)).toMatchObject({ code: 1, out: [] })
})

test('an unreachable database is a failure in one line', async () => {
  const { code, err } = await codexJudge(['migrate'], {
    DATABASE_URL: 'postgres://judge@127.0.0.1:1/none',
  })
  expect(code).toBe(1)
  expect(err).toEqual([expect.stringContaining('127.0.0.1:1 cannot be used')])
})

test('every fault of settings and policy is reported, and the exit code is 2', async () => {
  const { code, err } = await codexJudge(['doctor'], { PORT: 'many', POLICY_FILE: '/no/such/file' })
  expect(code).toBe(2)
  expect(err).toEqual([
    expect.stringMatching(/^PORT: /),
    expect.stringMatching(/^POLICY_FILE: /),
    expect.stringMatching(/^GITHUB_TOKEN: /),
  ])
})

test('an unknown command is named', async () => {
  const { code, err } = await codexJudge(['mend'], {})
  expect(code).toBe(1)
  expect(err[0]).toContain("unknown command 'mend'")
})

test('doctor reports no failure for a sound installation', async () => {
  const { env } = await startWorld()
  const url = await createDatabaseUrl(createTestDatabase)
  const api = await serveGithub({ '/rate_limit': { scopes: 'repo, workflow' }, '/readyz': {} })
  const { out, code, err } = await codexJudge(['doctor'], {
    ...env,
    GITHUB_API_URL: api,
    DISPATCHER_URL: api,
    DATABASE_URL: url,
  })
  expect(err).toEqual([])
  expect(out.filter((line) => line.startsWith('failed'))).toEqual([])
  expect(out).toContain('ok      postgres: reachable and migrated')
  expect(out).toContain('ok      github: the classic token has the scope repo')
  expect(out).toContain('off     models: judge.models is empty: the gates decide alone')
  expect(code).toBe(0)
})

const readLines = (out: readonly string[], system: string): readonly string[] =>
  out.flatMap((line) => {
    const [, state, name, message] = /^(\w+) +(\w+): (.*)$/.exec(line) ?? []
    return name === system ? [`${state} ${message}`] : []
  })

test('doctor asks the models for nothing but their names, and says which key is refused', async () => {
  const { env, model } = await startWorld()
  const anthropic = await serve(async ({ path, headers }) => ({
    status: headers['x-api-key'] === 'right' && path === '/v1/models' ? 200 : 401,
    body: JSON.stringify({ data: [{ id: 'claude-opus-4' }] }),
  }))
  onTestFinished(anthropic.close)
  const names = ['openai/gpt-5.2', 'openai/gpt-9', 'anthropic/claude-opus-4', 'codex']
  const examine = async (over: Readonly<Record<string, string>>) => {
    const given = {
      ...env,
      ANTHROPIC_BASE_URL: anthropic.url,
      CODEX_BIN: process.execPath,
      DATABASE_URL: 'postgres://judge@127.0.0.1:1/none',
      GITHUB_API_URL: 'http://127.0.0.1:1',
      ...over,
    }
    return readLines(
      (await codexJudge(['doctor'], given, { policy: { judge: { models: names } } })).out,
      'models',
    )
  }
  expect(await examine({ ANTHROPIC_API_KEY: 'right' })).toEqual([
    `warn ${model.url}/models does not list openai/gpt-9: check judge.models, and what the key may use`,
    `ok ${anthropic.url}/v1/models accepts ANTHROPIC_API_KEY`,
    `ok ${process.version} can be started`,
  ])
  expect(
    await examine({ ANTHROPIC_API_KEY: 'wrong', OPENAI_API_KEY: 'wrong', CODEX_BIN: '/no/codex' }),
  ).toEqual([
    expect.stringMatching(/^failed .*\/models answered 401: .*: set a valid OPENAI_API_KEY$/),
    expect.stringMatching(/^failed .*\/models answered 401: .*: set a valid ANTHROPIC_API_KEY$/),
    expect.stringMatching(/^failed \/no\/codex cannot be started .*: set CODEX_BIN/),
  ])
  expect(model.requests).toEqual([])
})

test('doctor says what cannot be reached or does not exist, and what to set', async () => {
  const { env } = await startWorld()
  const s3 = await serve(async ({ headers }) => {
    const code = headers.authorization?.includes('Credential=known/')
      ? 'NoSuchBucket'
      : 'AccessDenied'
    return {
      status: code === 'NoSuchBucket' ? 404 : 403,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    }
  })
  onTestFinished(s3.close)
  const dispatcher = await serve(async () => ({ status: 503, body: '{"argo":"ECONNREFUSED"}' }))
  onTestFinished(dispatcher.close)
  const given = {
    ...env,
    DATABASE_URL: 'postgres://judge@127.0.0.1:1/none',
    KAFKA_BROKERS: '127.0.0.1:1',
    NATS_URL: 'nats://127.0.0.1:1',
    DISPATCHER_URL: dispatcher.url,
    MINIO_ENDPOINT: s3.url,
    MINIO_ACCESS_KEY: 'known',
    MINIO_SECRET_KEY: 'secret',
  }
  const { out, code } = await codexJudge(['doctor'], given)
  expect(code).toBe(1)
  expect(readLines(out, 'kafka')).toEqual([
    expect.stringMatching(/^failed .*: check KAFKA_BROKERS and KAFKA_SSL$/),
  ])
  expect(readLines(out, 'nats')).toEqual([expect.stringMatching(/^failed .*: check NATS_URL/)])
  expect(readLines(out, 'dispatcher')).toEqual([
    `failed ${dispatcher.url}/readyz answered 503: {"argo":"ECONNREFUSED"}: ` +
      'check its ARGO_SERVER_URL and ARGO_TOKEN',
  ])
  expect(readLines(out, 'artifacts')).toEqual([
    `failed S3 at ${s3.url} has no bucket agent-artifacts: create it, or set ARTIFACT_BUCKET`,
  ])
  const refused = await codexJudge(['doctor'], { ...given, MINIO_ACCESS_KEY: 'unknown' })
  expect(readLines(refused.out, 'artifacts')).toEqual([
    expect.stringMatching(/^failed .*AccessDenied.*MINIO_SECRET_KEY.*may list agent-artifacts$/),
  ])
})

test('doctor names what the configuration asks for and this release does not do', async () => {
  const { env } = await startWorld()
  const given = { ...env, DATABASE_URL: 'postgres://judge@127.0.0.1:1/none' }
  const examine = async (policy: Readonly<Record<string, unknown>>) =>
    readLines((await codexJudge(['doctor'], given, { policy })).out, 'configuration').at(-1)
  expect(await examine({ judge: { models: [] } })).toMatch(/^ok not enforced yet .*tuning\.enabled/)
  expect(await examine({ judge: { models: [] }, tuning: { threshold: 9 } })).toMatch(
    /^warn .*; tuning\.threshold: set, but without effect$/,
  )
})

test('doctor says which credential cannot read checks, and names a refused review token', async () => {
  const { env } = await startWorld()
  const github = await serve(async ({ path, headers }) => ({
    status: path === '/rate_limit' && headers.authorization === 'Bearer github_pat_x' ? 200 : 401,
    body: '{}',
  }))
  onTestFinished(github.close)
  const { out } = await codexJudge(['doctor'], {
    ...env,
    DATABASE_URL: 'postgres://judge@127.0.0.1:1/none',
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: 'github_pat_x',
    GITHUB_REVIEW_REQUEST_TOKEN: 'revoked',
  })
  expect(readLines(out, 'github')).toEqual([
    'warn the token is valid; to check its permissions, set GITHUB_REPOSITORIES',
    'warn a fine-grained token cannot read the checks of private repositories: ' +
      'use a GitHub App, or a classic token with the scope repo',
    'failed GitHub refuses GITHUB_REVIEW_REQUEST_TOKEN (401): ' +
      'it expired or was revoked; create another one',
  ])
})

test('doctor reports what is wrong with each system and what to do, and exits 1', async () => {
  const { env } = await startWorld()
  const url = await createDatabaseUrl(createEmptyDatabase)
  const api = await serveGithub({
    '/rate_limit': {},
    '/repos/acme/widgets': { body: { default_branch: 'main' } },
    '/repos/acme/widgets/commits': { body: [] },
    '/repos/acme/widgets/commits/main/check-runs': { status: 403 },
    '/repos/acme/widgets/actions/runs': {},
    '/repos/acme/widgets/pulls': { body: [] },
    '/repos/acme/widgets/issues': { body: [] },
    '/repos/acme/widgets/commits/main/statuses': { body: [] },
  })
  const { out, code } = await codexJudge(['doctor'], {
    ...env,
    DATABASE_URL: url,
    GITHUB_API_URL: api,
    GITHUB_REPOSITORIES: 'acme/widgets,other/*',
    DISCORD_BOT_TOKEN: 'wrong',
    DISPATCHER_URL: 'http://127.0.0.1:1',
    ARGO_SERVER_URL: 'http://127.0.0.1:1',
  })
  expect(code).toBe(1)
  const failed = out
    .filter((line) => line.startsWith('failed'))
    .map((line) => line.replace(/^failed +/, ''))
  expect(failed).toEqual([
    expect.stringMatching(/^postgres: not migrated \(0001_spine, .*run codex-judge migrate/),
    'github: acme/widgets: checks cannot be read (403): grant checks: read',
    expect.stringMatching(/^discord: channel 1001: .*DISCORD_BOT_TOKEN/),
    expect.stringMatching(/^discord: channel 2002: /),
    expect.stringMatching(/^dispatcher: .*check DISPATCHER_URL/),
    expect.stringMatching(/^argo: .*check ARGO_SERVER_URL/),
  ])
})

test('doctor names each permission that the installation of an App lacks', async () => {
  const { env } = await startWorld()
  const url = await createDatabaseUrl(createTestDatabase)
  const granted = {
    metadata: 'read',
    contents: 'read',
    checks: 'write',
    actions: 'read',
    issues: 'write',
    statuses: 'write',
  }
  const api = await serveGithub({
    '/app/installations': {
      body: [
        {
          account: { login: 'acme' },
          suspended_at: null,
          permissions: { ...granted, pull_requests: 'read' },
        },
      ],
    },
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { GITHUB_TOKEN: _, ...rest } = env
  const { out, code } = await codexJudge(['doctor'], {
    ...rest,
    DATABASE_URL: url,
    GITHUB_API_URL: api,
    GITHUB_APP_ID: '7',
    GITHUB_APP_PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  })
  expect(out.filter((line) => line.includes(' github: '))).toEqual([
    'failed  github: acme: grant pull_requests: write, to request a review',
    'warn    github: acme: grant actions: write, for ci.rerun_failed_once; without it, a failure counts without a re-run',
  ])
  expect(code).toBe(1)
})

test('npx in the clone runs this program on the oldest supported Node, without a registry', () => {
  const root = resolve(import.meta.dirname, '..')
  // Before the first install there is no node_modules, so npx must find it in the clone's manifest.
  const { bin } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
  const started = spawnSync(oldestNode, [resolve(root, bin['codex-judge']), '--help'], {
    encoding: 'utf8',
  })
  expect(started).toMatchObject({ status: 0, stdout: expect.stringContaining('doctor') })
  const viaNpx = spawnSync('npx', ['--offline', 'codex-judge', 'doctor'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: `${dirname(oldestNode)}:${process.env.PATH}`, HOME: process.env.HOME },
  })
  expect(viaNpx).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('GITHUB_TOKEN: is not set'),
  })
})

test('a reader that has seen enough ends the program without an error', async () => {
  const { env } = await startWorld()
  const url = await createDatabaseUrl(createTestDatabase)
  const { err } = await codexJudge(['doctor'], { ...env, DATABASE_URL: url }, { reads: false })
  expect(err).toEqual([])
})

test('sql reads one statement, from the arguments or from stdin, and prints a table or JSON', async () => {
  const env = { DATABASE_URL: await createDatabaseUrl(createTestDatabase) }
  const table = await codexJudge(['sql', 'select 1 as one, null as none'], env)
  expect(table).toEqual({
    out: ['one  none', '---  ----', '1    null', '(1 row)'],
    err: [],
    code: 0,
  })
  const given = await codexJudge(['sql', '--json'], env, {
    stdin: '-- comment\nwith many as (select n from generate_series(1, 3) n)\ntable many;\n',
  })
  expect(JSON.parse(given.out.join(''))).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  const refused = await codexJudge(['sql', 'delete from runs'], env)
  expect(refused).toMatchObject({ out: [], err: [expect.stringContaining('delete')], code: 1 })
  expect(await codexJudge(['sql'], env, { stdin: ' ' })).toMatchObject({ out: [], code: 2 })
})
