import { fc, test as property } from '@fast-check/vitest'
import { lintSource } from '@secretlint/core'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { expect, test } from 'vitest'
import { findLibrarySpans } from './library-rules.ts'
import { createMasker } from './masker.ts'

const { mask, find } = createMasker()
const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fR5xL2nD8k'
const run = (length: number): string => letters.repeat(10).slice(0, length)

/* Joined here, so that no scanner finds a text like a credential in the repository. */
const secrets: Readonly<Record<string, string>> = {
  github: `ghp${'_'}${run(36)}`,
  'github fine-grained': `github${'_'}pat_${run(82)}`,
  'github of another length': `ghs${'_'}${run(44)}`,
  gitlab: `glpat${'-'}${run(20)}`,
  openai: `sk${'-'}proj-${run(74)}T3Blbk${'FJ'}${run(74)}`,
  'openai-like': `sk${'-'}${run(32)}`,
  anthropic: `sk${'-'}ant-api03-${run(93)}AA`,
  slack: `xox${'b'}-1234567890-${run(24)}`,
  stripe: `sk${'_'}live_${run(24)}`,
  npm: `npm${'_'}${run(36)}`,
  sendgrid: `SG${'.'}${run(22)}.${run(43)}`,
  shopify: `shpat${'_'}${run(32)}`,
  grafana: `glsa${'_'}${run(32)}_0a1B2c3D`,
  groq: `gsk${'_'}${run(52)}`,
  huggingface: `hf${'_'}${'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'}`,
  linear: `lin${'_'}api_${run(40)}`,
  notion: `ntn${'_'}12345678901${run(35)}`,
  vault: `hvs${'.'}${run(95)}`,
  vercel: `vcp${'_'}${run(24)}`,
  databricks: `dapi${'0123456789abcdef'.repeat(2)}`,
  docker: `dckr${'_'}pat_${run(27)}`,
  figma: `figd${'_'}${run(40)}`,
  cloudflare: `cfut${'_'}${run(40)}0123abcd`,
  tailscale: `tskey${'-'}auth-${run(12)}-${run(32)}`,
  'aws access key': `AKIA${'IOSFODNN7EXAMPLE'}`,
  google: `AIza${run(35)}`,
  'discord bot': `M${run(23)}.${run(6)}.${run(38)}`,
  jwt: `eyJ${run(20)}.eyJ${run(40)}.${run(43)}`,
}

test('every known format is masked completely, at any place in a text', async () => {
  for (const [name, secret] of Object.entries(secrets)) {
    for (const text of [
      secret,
      `before ${secret} after`,
      `"${secret}"`,
      `+const key = '${secret}';`,
      `url?x=${secret}&y=1`,
    ]) {
      const masked = await mask(text)
      expect(masked, name).not.toContain(secret.slice(-10))
      expect(masked, name).toMatch(/\[masked: [a-z0-9-]+\]/)
    }
    expect(
      (await find(secret)).map(({ certainty }) => certainty),
      name,
    ).toEqual(['format'])
  }
})

test('credentials are masked by their place, and the text around them is kept', async () => {
  const [hex, word] = ['9f86d081884c7d65', 'hunter2hunter2']
  expect(await mask(`Authorization: Bearer ${hex}`)).toBe(
    'Authorization: Bearer [masked: authorization]',
  )
  expect(await mask(`authorization: basic ${run(24)}==`)).toBe(
    'authorization: basic [masked: authorization]',
  )
  expect(await mask(`const password = '${word}'`)).toBe("const password = '[masked: credential]'")
  expect(await mask(`{"client_secret": "${word}"}`)).toBe(
    '{"client_secret": "[masked: credential]"}',
  )
  expect(await mask(`DB_PASSWORD=${word}\nPORT=8080`)).toBe(
    'DB_PASSWORD=[masked: credential]\nPORT=8080',
  )
  expect(await mask(`redis://app:${word}@cache:6379/0`)).toBe(
    'redis://app:[masked: url-password]@cache:6379/0',
  )
  expect(await mask(`//registry.example/:_authToken=${hex}`)).toBe(
    '//registry.example/:_authToken=[masked: npm-token]',
  )
  expect(await mask(`https://discord.com/api/webhooks/123456789012345678/${run(68)}`)).toBe(
    'https://discord.com/api/webhooks/123456789012345678/[masked: discord-webhook]',
  )
  expect((await find(`DB_PASSWORD=${word}`))[0]?.certainty).toBe('place')
})

test('a connection string is masked if it has a password and kept if it has none', async () => {
  expect(await mask('postgres://app:s3cr3t-pass@db.internal:5432/app')).not.toContain('s3cr3t')
  for (const text of [
    'postgres://localhost:5432/app',
    'mongodb://db/app',
    'https://example.com/a@b',
  ])
    expect(await mask(text)).toBe(text)
})

test('a text that only mentions secrets is not changed', async () => {
  const clean = [
    'The password must have eight characters; the token expires after 15 minutes.',
    'const token = await readToken(path)',
    'password: string',
    "password: '********'",
    'TOKEN=$GITHUB_TOKEN',
    'API_KEY=<your key here>',
    `export SECRET=$${'{{ secrets.DEPLOY_2024 }}'}`,
    'if (token === other.token) return accessKey2',
    'Use a bearer token for authentication.',
    '-----BEGIN PRIVATE KEY----- is how a key starts',
    'sk-learn and task-force-2024-results',
    'commit 3f2c9a1b7d5e4c6f8a9b0c1d2e3f4a5b6c7d8e9f',
    'risk-assessment-of-the-very-long-project-name-2024',
    'https://example.com:8080/path?token=abc',
  ]
  for (const text of clean) expect(await mask(text)).toBe(text)
})

const pem = (prefix: string): string =>
  [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 12 }, () => run(64)),
    '-----END RSA PRIVATE KEY-----',
  ]
    .map((line) => prefix + line)
    .join('\n')

test('a private key is masked with its lines kept, also in a diff or without its end', async () => {
  for (const prefix of ['', '+', '-', ' ']) {
    const text = `${prefix}before\n${pem(prefix)}\n${prefix}after`
    const masked = await mask(text)
    expect(masked.split('\n')).toHaveLength(text.split('\n').length)
    expect(masked, JSON.stringify(prefix)).not.toContain(run(64))
    expect(masked.split('\n').every((line) => line.startsWith(prefix) || line === '')).toBe(true)
    expect(masked.startsWith(`${prefix}before`) && masked.endsWith(`${prefix}after`)).toBe(true)
  }
  expect(await mask(pem('').split('\n').slice(0, 5).join('\n'))).not.toContain(run(64))
  const numbered = pem('')
    .split('\n')
    .map((line, index) => `+${String(index).padStart(5)}| ${line}`)
  for (const lines of [numbered, numbered.slice(0, 5)])
    expect(await mask(lines.join('\n'))).not.toContain(run(64))
  expect(await mask(JSON.stringify({ private_key: pem('') }))).not.toContain(run(64))
})

test('no comment in the text can disable a rule', async () => {
  // A format that only the library knows, because our own patterns ignore comments anyway.
  const secret = secrets.gitlab ?? ''
  for (const text of [
    `// secretlint-disable\n${secret}`,
    `${secret} // secretlint-disable-line`,
    `# secretlint-disable-next-line\n${secret}`,
  ]) {
    expect(await mask(text)).not.toContain(secret)
  }
})

test('a finding has the rule and the position, never the secret', async () => {
  const secret = secrets.github ?? ''
  const findings = await find(`one\ntwo ${secret}\nthree`)
  expect(findings).toEqual([
    { rule: 'github', certainty: 'format', start: 8, end: 8 + secret.length, line: 2 },
  ])
  expect(JSON.stringify(findings)).not.toContain(secret)
})

test('overlapping secrets are masked as one', async () => {
  const secret = secrets.github ?? ''
  expect(await mask(`API_TOKEN=${secret}`)).toBe('API_TOKEN=[masked: github]')
  expect(await mask(`https://user:${secret}@github.com/a/b`)).not.toContain(secret.slice(4, 30))
  expect(await find(`password="${secret}"`)).toHaveLength(1)
})

test('a byte order mark does not shift the mask', async () => {
  expect(await mask(`\uFEFF${secrets.slack}!`)).toBe('\uFEFF[masked: slack]!')
})

test('every secret of a long text is found, also across two pieces', async () => {
  const secret = secrets.gitlab ?? ''
  const line = 'nothing to see on this line of the log\n'
  for (const at of [256 * 1024 - 10, 240 * 1024 - 10, 240 * 1024, 700_000]) {
    const before = line.repeat(Math.ceil(at / line.length)).slice(0, at - 1)
    const text = `${before} ${secret} ${line.repeat(9_000)}`
    const findings = await find(text)
    expect(
      findings.map(({ start }) => start),
      String(at),
    ).toEqual([at])
    expect(await mask(text)).not.toContain(secret)
  }
})

test('the rules of the library are the known ones, so a new one gets a review', () => {
  const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''))
  expect(names).toEqual([
    'aws',
    'gcp',
    'privatekey',
    'npm',
    'basicauth',
    'slack',
    'sendgrid',
    'shopify',
    'stripe',
    'github',
    'gitlab',
    'grafana',
    'openai',
    'anthropic',
    'groq',
    'huggingface',
    'linear',
    'notion',
    '1password',
    'database-connection-string',
    'hashicorp-vault',
    'vercel',
    'databricks',
    'docker',
    'figma',
    'cloudflare',
    'tailscale',
    'filter-comments',
  ])
})

const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      ...Object.values(secrets),
      pem('+'),
      '\n',
      ' ',
      '=',
      '"',
      'password=',
      'TOKEN=',
      'bearer ',
      '_authToken=',
      'https://u:',
      '@host.com',
      '[masked: github]',
    ),
  ),
  { maxLength: 12 },
)
property.prop([pieces])(
  'masking a masked text changes nothing, and the lines are kept',
  async (parts) => {
    const text = parts.join('')
    const masked = await mask(text)
    expect(await mask(masked)).toBe(masked)
    expect(masked.split('\n')).toHaveLength(text.split('\n').length)
  },
)

/** Beginnings of what the patterns look for: repeated, they make a pattern try again and again. */
const beginnings = [
  '-----BEGIN RSA PRIVATE KEY-----\n',
  '"-----BEGIN PRIVATE KEY-----","abcdefghijklmnopqrstuvwx",',
  'password="1',
  'TOKEN=',
  'secret_access_key=',
  'passwordtoken',
  'bearer a',
  'eyJaaaaaaaaaaaa.',
  'https://hooks.slack.com/services/T',
  'postgres://a:a',
  'http://a:',
  'curl -u a:',
  `glpat${'-'}`,
  `dp${'.'}pt.`,
  '--password ',
  '<password>',
  'A_',
  '"',
  ' ',
  'a',
  'abcdEFGH1234',
  `${'A'.repeat(64)}\n`,
] as const

test('the time for a hostile text is in proportion to its length', async () => {
  const measure = async (unit: string, length: number): Promise<number> => {
    const text = unit.repeat(length / unit.length)
    const startedAt = performance.now()
    await find(text)
    return performance.now() - startedAt
  }
  const slow: string[] = []
  for (const unit of beginnings) {
    const short = await measure(unit, 100_000)
    const long = await measure(unit, 800_000)
    // Eight times as long: a quadratic search takes 64 times as long, and the floor hides noise.
    if (long > 24 * short + 400) slow.push(`${unit}: ${short} ms, then ${long} ms`)
  }
  expect(slow).toEqual([])
})

test('a long text is masked in pieces, and other work goes on between them', async () => {
  let turns = 0
  const watch = setInterval(() => {
    turns += 1
  })
  await mask('-----BEGIN PRIVATE KEY-----\n'.repeat(40_000))
  clearInterval(watch)
  expect(turns).toBeGreaterThan(3)
})

test('the rules find what the runner of the library finds with them', async () => {
  for (const secret of [
    ...Object.values(secrets),
    pem(''),
    `redis://app:${run(12)}@cache:6379/0`,
  ]) {
    const text = `some text\nx = ${secret}\nmore`
    const { messages } = await lintSource({
      source: { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
      options: {
        noPhysicFilePath: true,
        config: {
          rules: rules
            .filter(({ meta }) => !/-(?:filter-comments|gcp)$/.test(meta.id))
            .map((rule) => ({ id: rule.meta.id, rule })),
        },
      },
    })
    const places = new Set(messages.map(({ range }) => range.join()))
    expect(new Set(findLibrarySpans(text).map(({ start, end }) => `${start},${end}`))).toEqual(
      places,
    )
  }
})

/** Each alone in its text, as it stands in files and logs. The values are put together here. */
const word = `Xk9v${'Q2mT7p'}`
const alone: Readonly<Record<string, string>> = {
  'a nats seed': `SUAM${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(2).slice(3, 57)}`,
  'a sentry dsn': `https://${'9f86d081'.repeat(4)}@o12345.ingest.sentry.io/12345`,
  'redis without a user': `redis://:${word}@cache.internal:6379`,
  'a short password in an address': 'redis://:p7@host:6379/0',
  'a password in YAML': `database:\n  password: hunter2hunter2\n`,
  'a password in YAML of a diff': `+  db_password: ${word}\n`,
  'the cookies of a request': `Cookie: theme=dark; session=${run(40)}`,
  'the cookies of an answer': `Set-Cookie: sid=${run(40)}; HttpOnly`,
  'a password of curl': 'curl -u admin:hunter2hunter2 https://host',
  'an API key in a header': `X-Api-Key: ${run(32)}`,
  'a slack app': `xapp${'-'}1-A0123456789-1234567890123-${'9f86d081'.repeat(8)}`,
  'a stripe webhook': `whsec${'_'}${run(32)}`,
  telegram: `123456789:AA${run(33)}`,
  pulumi: `pul-${'9f86d081'.repeat(5)}`,
  postman: `PMAK${'-'}${'9f86d081'.repeat(3)}-${'9f86d081'.repeat(4)}9f`,
  age: `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`,
  'a docker login': `{"auth":"${Buffer.from(`user:${word}Lw4Z`).toString('base64')}"}`,
}

test.each(Object.keys(alone))('%s is found alone', async (what) => {
  expect(await find(alone[what] ?? '')).toHaveLength(1)
})

test('settings, types and cookies without a secret stay', async () => {
  for (const text of [
    'password: string',
    '  token: Token2',
    'secret: readSecret2(path)',
    `password: $${'{PASSWORD_2024}'}`,
    'Cookie: a small file that a site stores',
    'Cookie: theme=dark',
    'curl -u "$USER:$PASSWORD" https://host',
    'redis://localhost:6379/0',
  ])
    expect(await mask(text), text).toBe(text)
})
