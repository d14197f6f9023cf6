import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createSeededRandom } from '../../../../../test/harness/seeded-random.ts'
import { listFiles } from '../../../../../test/harness/sources.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import { createSecretFinder } from './find-added-secrets.ts'
import { createMasker } from './masker.ts'

const masker = createMasker()
const findAddedSecrets = createSecretFinder(masker, 'a key of a test')

const random = createSeededRandom(9)
const draw = (length: number, alphabet: string): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
const HEX = '0123456789abcdef'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const B62 = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LETTERS}0123456789`
const b62 = (length: number): string => draw(length, B62)
const hex = (length: number): string => draw(length, HEX)
const small = (length: number): string => draw(length, `${LETTERS}0123456789`)
const capitals = (length: number): string => draw(length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')

/** A diff of one file whose lines have their signs: `+`, `-` or a space. */
function buildDiff(lines: readonly string[], path = 'src/a.ts') {
  const [before, after] = ['+', '-'].map(
    (omitted) => lines.filter((line) => !line.startsWith(omitted)).length,
  )
  return parseDiff(
    [
      `diff --git a/${path} b/${path}`,
      'index 1111111..2222222 100644',
      `--- a/${path}`,
      `+++ b/${path}`,
      `@@ -1,${before} +1,${after} @@`,
      ...lines,
      '',
    ].join('\n'),
  )
}
const findIn = (text: string) =>
  findAddedSecrets(buildDiff(text.split('\n').map((line) => `+${line}`)))
const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join('-')

/* Joined here, so that no scanner finds a text like a credential in the repository. */
const tokens: Readonly<Record<string, string>> = {
  github: `ghp${'_'}${b62(36)}`,
  'github oauth': `gho${'_'}${b62(36)}`,
  'github fine-grained': `github${'_'}pat_${b62(22)}_${b62(59)}`,
  gitlab: `glpat${'-'}${b62(20)}`,
  'gitlab deploy': `gldt${'-'}${b62(20)}`,
  bitbucket: `ATBB${b62(32)}`,
  atlassian: `ATATT3x${'FfGF0'}${b62(180)}`,
  openai: `sk${'-'}proj-${b62(74)}T3Blbk${'FJ'}${b62(74)}`,
  'openai-like': `sk${'-'}${b62(48)}`,
  anthropic: `sk${'-'}ant-api03-${b62(93)}AA`,
  openrouter: `sk${'-'}or-v1-${hex(64)}`,
  slack: `xox${'b'}-${draw(12, '0123456789')}-${draw(12, '0123456789')}-${b62(24)}`,
  'slack webhook': `https://hooks.slack${'.com'}/services/T${b62(8)}/B${b62(8)}/${b62(24)}`,
  stripe: `sk${'_'}live_${b62(24)}`,
  'stripe webhook': `whsec${'_'}${b62(32)}`,
  npm: `npm${'_'}${b62(36)}`,
  pypi: `pypi${'-'}AgEIcHlwaS5vcmc${b62(120)}`,
  rubygems: `rubygems${'_'}${hex(48)}`,
  docker: `dckr${'_'}pat_${b62(27)}`,
  sendgrid: `SG${'.'}${b62(22)}.${b62(43)}`,
  mailgun: `key${'-'}${hex(32)}`,
  mailchimp: `${hex(32)}${'-us'}12`,
  brevo: `xkeysib${'-'}${hex(64)}-${b62(16)}`,
  twilio: `SK${hex(32)}`,
  telegram: `${draw(10, '123456789')}:AA${b62(33)}`,
  'discord bot': `M${b62(23)}.${b62(6)}.${b62(38)}`,
  shopify: `shpat${'_'}${hex(32)}`,
  square: `sq0csp${'-'}${b62(43)}`,
  aws: `AKIA${capitals(16)}`,
  'aws secret': `aws_secret_access_key = ${b62(40)}`,
  google: `AIza${b62(35)}`,
  'google oauth': `GOCSPX${'-'}${b62(28)}`,
  'google access': `ya29${'.'}${b62(120)}`,
  azure: `${b62(3)}8Q~${b62(34)}`,
  digitalocean: `dop${'_'}v1_${hex(64)}`,
  heroku: `HRKU${'-'}${uuid()}`,
  netlify: `nfp${'_'}${b62(36)}`,
  supabase: `sbp${'_'}${hex(40)}`,
  planetscale: `pscale${'_'}tkn_${b62(43)}`,
  vault: `hvs${'.'}${b62(95)}`,
  databricks: `dapi${hex(32)}`,
  huggingface: `hf${'_'}${draw(34, LETTERS + LETTERS.toUpperCase())}`,
  replicate: `r8${'_'}${b62(37)}`,
  groq: `gsk${'_'}${b62(52)}`,
  xai: `xai${'-'}${b62(80)}`,
  langsmith: `lsv2${'_'}pt_${hex(32)}_${hex(10)}`,
  pinecone: `pcsk${'_'}${b62(70)}`,
  grafana: `glsa${'_'}${b62(32)}_${hex(8)}`,
  'new relic': `NRAK${'-'}${capitals(27)}`,
  sentry: `sntrys${'_'}${b62(120)}`,
  linear: `lin${'_'}api_${b62(40)}`,
  notion: `ntn${'_'}${draw(11, '0123456789')}${b62(35)}`,
  figma: `figd${'_'}${b62(40)}`,
  airtable: `pat${b62(14)}.${hex(64)}`,
  postman: `PMAK${'-'}${hex(24)}-${hex(34)}`,
  doppler: `dp${'.'}pt.${b62(43)}`,
  pulumi: `pul${'-'}${hex(40)}`,
  terraform: `${b62(14)}${'.atlasv1.'}${b62(67)}`,
  circleci: `CCIPAT${'_'}${b62(22)}_${hex(40)}`,
  tailscale: `tskey${'-'}auth-${b62(12)}-${b62(32)}`,
  cloudflare: `cfut${'_'}${b62(40)}${hex(8)}`,
  age: `AGE-SECRET-KEY${'-1'}${draw(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`,
  jwt: `eyJ${b62(33)}.eyJ${b62(80)}.${b62(43)}`,
}

test.each(Object.entries(tokens))('the format %s is found, and masked', async (_name, token) => {
  for (const text of [token, `const value = call('${token}')`, `KEY="${token}"`, `a: ${token}`]) {
    const found = await findIn(`first\n${text}`)
    expect(found.map(({ line }) => line)).toEqual([2])
    expect(JSON.stringify(found)).not.toContain(token.slice(-8))
    expect(await masker.mask(text)).not.toContain(token.slice(-8))
  }
})

const pem = (kind: string): readonly string[] => [
  `-----BEGIN ${kind}-----`,
  ...Array.from({ length: 12 }, () => b62(64)),
  `-----END ${kind}-----`,
]
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const wrap = (text: string, indent: string): string =>
  (text.match(/.{1,76}/g) ?? []).map((line) => `${indent}${line}`).join('\n')
const key = pem('RSA PRIVATE KEY')
const kubeconfig = `apiVersion: v1\nusers:\n- user:\n    client-key-data: ${base64(key.join('\n'))}\n`

test.each([
  ['a private key', key.join('\n'), 1],
  ['a short private key', pem('PRIVATE KEY').toSpliced(2, 11).join('\n'), 1],
  ['the key of PGP', pem('PGP PRIVATE KEY BLOCK').join('\n'), 1],
  ['the key of OpenSSH, indented', pem('OPENSSH PRIVATE KEY').join('\n    '), 1],
  ['a key joined by plus signs', key.map((line) => `  "${line}\\n" +`).join('\n'), 1],
  ['a key in a list', `const lines = [\n${key.map((line) => `'${line}',`).join('\n')}\n]`, 2],
  ['a key on one line', `{"private_key": ${JSON.stringify(key.join('\n'))}}`, 1],
  ['a key whose end is not there', key.slice(0, 5).join('\n'), 1],
  ['the key of a kubeconfig', kubeconfig, 4],
  ['a kubeconfig in base64', `data: ${base64(kubeconfig)}`, 1],
  ['a kubeconfig in wrapped base64', `config: |\n${wrap(base64(kubeconfig), '    ')}`, 2],
  ['a password in .env', `PORT=1\nDB_PASSWORD=${b62(20)}`, 2],
  ['a lower-case name in .env', `db_password=${b62(20)}`, 1],
  ['a value in YAML', `db:\n  password: ${b62(24)}`, 2],
  ['a value in JSON', `{"client_secret": "${b62(32)}"}`, 1],
  ['a hexadecimal value', `const apiKey = '${hex(32)}'`, 1],
  ['a value of small letters and digits', `const apiKey = '${small(40)}'`, 1],
  ['a flag', `deploy --token=${b62(30)}`, 1],
  ['a header', `curl -H 'Authorization: Bearer ${b62(40)}'`, 1],
  ['a flag and its value', `mysql --password ${b62(20)}`, 1],
  ['a user of curl', `curl -s -u bob:${b62(20)} https://api.corp.io`, 1],
  ['a connection string', `Server=db;Uid=app;Pwd=${b62(18)};`, 1],
  ['the key of a storage account', `AccountName=a;AccountKey=${b62(86)}==;Suffix=x`, 1],
  ['a signed address', `https://a.blob.core.windows.net/c?ss=b&sig=${b62(43)}%3D`, 1],
  ['a file of logins', `machine api.corp.io login bob password ${b62(20)}`, 1],
  ['the login of a registry', `{"auth": "${base64(`bob:${b62(20)}`)}"}`, 1],
  ['an element of XML', `<db><password>${b62(20)}</password></db>`, 1],
  ['an argument', `source.setPassword("${b62(20)}")`, 1],
  ['a password with signs', "password: 'xK9#mP2$vL5nQ8@w!z'", 1],
  ['a key of a framework', `secret_key_base: ${hex(128)}`, 1],
  ['a JSON web key', `{"kty": "RSA", "d": "${b62(342)}"}`, 1],
  ['the key of PuTTY', `Private-Lines: 1\n${b62(48)}\nPrivate-MAC: ${hex(64)}`, 1],
  ['a URL', `https://deploy:${b62(14)}@files.corp.io/x`, 1],
  ['the URL of a database', `postgres://app:${small(12)}@db.corp.io:5432/app`, 1],
  ['the URL of a local database', `postgres://app:${small(12)}9@localhost:5432/app`, 1],
])('%s is found once, where it begins', async (_name, text, line) => {
  expect((await findIn(text)).map((found) => found.line)).toEqual([line])
})

test('no comment in the change can switch the finder off', async () => {
  const token = tokens.gitlab ?? ''
  for (const text of [
    `// secretlint-disable\n${token}`,
    `/* secretlint-disable */\n${token} // secretlint-disable-line`,
    `# secretlint-disable-next-line\n${token}`,
  ])
    expect(await findIn(text)).toHaveLength(1)
})

/* What the library calls a credential in its own tests, or must not; built from pieces. */
const published = {
  real: [
    `https://apiuser:${'r3al'}P4ssw0rd@api.production.com/v2`,
    `https://svcaccount:${'myC0'}mpl3xP@ss@service.internal.com`,
    `ftps://deployment:${'s3cur'}3K3y2024@files.company.com/uploads`,
    `https://backup-user:${'Backup'}K3y987@backup.example.com`,
    `https://monitor:${'m0n1'}t0r!ng@metrics.company.com/api`,
    `mongodb://root:${'m42pl'}oz2wd@google.com:5434/thegift`,
    `mongodb+srv://testuser:${'hub24'}aoeu@gg-is-awesome-xm273.mongodb.net/test?w=majority`,
    `jdbc:mysql://admin:${'str0ng'}P4ss@db.company.com:3306/app_db`,
    `postgresql://pguser:${'secur'}3Pass@postgres.example.com:5432/production_db`,
    `bot-token=xox${'b'}-23984754863-2348975623000-AAAAANzjawSSE9krECohd`,
    `shpss${'_'}QlRSJy5AXX1cILNjVatTsEIhFxuPF5ex`,
    `shpat${'_'}r8TRc9ZXAvcVvcrmtr7qoVw69WeeY1ex`,
    `AKIA${'IOSFODNN7'}SECRETS`,
    `AWS_SECRET_ACCESS_KEY = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'SECRETSKEY'}`,
  ],
  /** The library reports them, so they are masked; but they say themselves that they are none. */
  dummies: [
    `https://user:${'pass'}@example.com`,
    `STRIPE_SECRET_KEY=sk${'_'}live_${'A'.repeat(24)}`,
    `sk${'_'}test_${'B'.repeat(24)}`,
    `lin${'_'}api_f1g2kLGLqdezihCUTzgIAUk6d9wvCnStWrv${'EXAMPLE'}`,
  ],
}

test.each(published.real)(
  'the example of the library with the number %# is found and masked',
  async (text) => {
    expect(await findIn(text)).toHaveLength(1)
    expect(await masker.mask(text)).toContain('[masked: ')
  },
)

test.each([
  ...published.dummies,
  `sk${'-'}xyz`,
  `AKIA${'IOSFODNN7'}EXAMPLE`,
  `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`,
  `ghp${'_'}${'x'.repeat(36)}`,
  `ghp${'_'}${'0'.repeat(36)}`,
  `ghp${'_'}${'1234567890abcdefghijklmnopqrstuvwxyz'}`,
  `github${'_'}pat_${'your'}_token_goes_here_and_it_is_long_enough_for_it_0000`,
  `glpat${'-'}${'abc'.repeat(8)}`,
  `sk${'-'}your-api-key-1234567890`,
  'password=changeme',
  "password: 'changeme123'",
  'API_KEY=your-api-key-here-1234',
  `{"auth": "${base64('user:password')}"}`,
  "setPassword('correct-horse-battery-1')",
  `<password>$${'{db.password1}'}</password>`,
  'curl -u user:password1 https://api.corp.io',
  'the password abc12345 is wrong',
  `{"nextPageToken": "${b62(40)}"}`,
  `csrf_token: ${b62(40)}`,
  'SECRET_KEY=insert-your-key-42-here',
  `TOKEN=$${'{{ secrets.DEPLOY_TOKEN_2024 }}'}`,
  "token: 'user-session-token-v2'",
  'accessToken: accessTokenSha256Value,',
  'const secret = "it-is-a-secret-to-everybody-1986"',
  'postgres://postgres:postgres@db:5432/app',
  'postgres://user:password123@localhost/app',
  'mysql://root:root@127.0.0.1/app',
  'redis://:secret@cache.test:6379',
  'amqp://guest:guest@rabbit:5672',
  `id: ${uuid()}`,
  `TOKEN=${uuid()}`,
  `commit ${hex(40)}`,
  `"integrity": "sha512-${b62(86)}=="`,
  `    resolution: {integrity: sha512-${b62(86)}==}`,
  `github.com/acme/lib v1.2.3 h1:${b62(43)}=`,
  `--hash=sha256:${hex(64)}`,
  `"resolved": "https://registry.example/x.tgz#${hex(40)}"`,
  '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
  "const [start, end] = ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----']",
  pem('CERTIFICATE').join('\n'),
  pem('PUBLIC KEY').join('\n'),
  `ca: ${base64(pem('CERTIFICATE').join('\n'))}`,
  `image: data:image/png;base64,iVBORw0KGgo${b62(400)}`,
  [
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
    'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ',
    'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  ].join('.'),
])('the dummy, digest or word with the number %# is no secret', async (text) => {
  expect(await findIn(text)).toEqual([])
})

test('only added lines add a secret, wherever they stand in the file', async () => {
  const token = tokens.github ?? ''
  const lines = [' one', `-old = '${token}'`, ` kept = '${tokens.slack}'`, '+two']
  expect(await findAddedSecrets(buildDiff(lines))).toEqual([])
  const added = buildDiff([' one', '-two', '+three', `+key = '${token}'`, ' four'], 'deep/b.py')
  expect(await findAddedSecrets(added)).toMatchObject([
    { rule: 'github', path: 'deep/b.py', line: 3 },
  ])
})

test('what the change removes elsewhere is moved, and another value is added', async () => {
  const [token, other] = [tokens.github ?? '', `ghp${'_'}${b62(36)}`]
  expect(await findAddedSecrets(buildDiff([`-a = '${token}'`, `+  a = '${token}'`]))).toEqual([])
  expect(await findAddedSecrets(buildDiff([`-a = '${token}'`, `+a = '${other}'`]))).toHaveLength(1)
})

test('the new body of a key that stands there is found, and its name alone is none', async () => {
  const [begin = '', ...rest] = key
  const end = rest.at(-1) ?? ''
  const body = rest.slice(0, -1)
  const replaced = [` ${begin}`, ...body.map((line) => `+${line}`), ` ${end}`]
  expect((await findAddedSecrets(buildDiff(replaced))).map(({ line }) => line)).toEqual([2])
  const named = [` ${begin}`, ...body.map((line) => ` ${line}`), ` ${end}`, '+next']
  expect(await findAddedSecrets(buildDiff(named))).toEqual([])
})

test('the digest tells equal secrets and needs the key', async () => {
  const text = `a = '${tokens.github}'\nb = '${tokens.github}'\nc = '${tokens.gitlab}'`
  const [a, b, c] = (await findIn(text)).map(({ digest }) => digest)
  expect([a === b, a === c]).toEqual([true, false])
  expect(a).toMatch(/^[0-9a-f]{32}$/)
  const other = createSecretFinder(masker, 'another key')
  const [first] = await other(buildDiff([`+a = '${tokens.github}'`]))
  expect(first?.digest).not.toBe(a)
})

test('in 5,000 lines of ordinary code nothing is found', async () => {
  const ours = listFiles('.ts').filter((path) => !path.endsWith('.test.ts'))
  const lines = ours.flatMap((path) => readFileSync(path, 'utf8').split('\n'))
  expect(lines.length).toBeGreaterThan(5_000)
  expect(await findAddedSecrets(buildDiff(lines.map((line) => `+${line}`)))).toEqual([])
})

test('the sources of packages and a lockfile hold none either', async () => {
  const files = [
    'pnpm-lock.yaml',
    'services/judge/node_modules/ai/dist/index.d.ts',
    'services/judge/node_modules/fastify/fastify.js',
    'services/judge/node_modules/pg/lib/client.js',
    'services/judge/node_modules/kafkajs/src/cluster/index.js',
  ]
  for (const path of files) {
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(await findAddedSecrets(buildDiff(lines.map((line) => `+${line}`))), path).toEqual([])
  }
})

test.each([
  ['letters', 'aB1'.repeat(3_400_000)],
  ['beginnings of keys', `-----BEGIN RSA ${'PRIVATE'} KEY-----a`.repeat(10_000)],
  ['names of credentials', 'password: '.repeat(500_000)],
  ['addresses', `https://${'a:'.repeat(50)}`.repeat(30_000)],
  ['base64 of words', base64('no secret here, only words. '.repeat(100_000))],
])('one added line of many %s is read to its end', async (_name, line) => {
  const found = await findIn(`${line}\n${tokens.github}`)
  expect(found).toMatchObject([{ rule: 'github', line: 2 }])
})
