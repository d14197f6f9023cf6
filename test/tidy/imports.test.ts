import { expect, test } from 'vitest'
import { sources } from '../harness/sources.ts'
import { findFolder, findInCode, JUDGE, judge } from './find.ts'

/* The rules of ARCHITECTURE.md about what a folder may import and do. */

/** What each folder may import besides itself and `lib`. The files without a folder may import all. */
const mayImport: Readonly<Record<string, readonly string[] | 'everything'>> = {
  composition: 'everything',
  cli: 'everything',
  terminal: ['judge', 'text'],
  config: ['policy'],
  lib: [],
  console: [],
  run: [],
  github: ['run'],
  diff: [],
  'test-changes': ['run', 'diff'],
  hygiene: ['diff', 'test-changes'],
  artifacts: ['run'],
  claims: ['artifacts'],
  policy: ['run'],
  ci: ['run', 'github', 'policy'],
  review: ['run', 'github', 'policy'],
  gates: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'test-changes',
    'hygiene',
    'claims',
    'policy',
  ],
  judge: ['run', 'diff', 'test-changes', 'policy'],
  decide: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'test-changes',
    'policy',
    'gates',
    'judge',
    'text',
    'uptake',
  ],
  text: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'test-changes',
    'policy',
    'gates',
    'judge',
  ],
  uptake: ['run', 'github', 'ci', 'review', 'gates', 'judge', 'text'],
  receipt: ['run', 'github', 'ci', 'diff', 'policy', 'judge', 'decide'],
  backtest: ['policy', 'decide', 'receipt'],
  correlate: ['run', 'adapters/postgres'],
  ingest: ['run', 'correlate'],
  effects: ['run', 'github', 'judge', 'policy', 'decide', 'text', 'correlate', 'adapters/postgres'],
  engine: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'test-changes',
    'policy',
    'gates',
    'judge',
    'decide',
    'text',
    'receipt',
    'effects',
    'correlate',
    'adapters/postgres',
  ],
  history: [
    'run',
    'policy',
    'ci',
    'diff',
    'test-changes',
    'judge',
    'text',
    'decide',
    'receipt',
    'backtest',
    'correlate',
    'adapters/postgres',
  ],
  adapters: [
    'run',
    'github',
    'artifacts',
    'diff',
    'policy',
    'judge',
    'decide',
    'text',
    'effects',
    'ingest',
  ],
}

test('a folder imports only what the architecture allows', () => {
  const broken = judge.flatMap(({ path, imports }) => {
    const from = findFolder(path)
    const also = from === '' ? 'everything' : (mayImport[from] ?? [])
    if (also === 'everything') return []
    const allowed = ['lib', from, ...also]
    return imports
      .filter((target) => !allowed.some((folder) => target.startsWith(`${JUDGE}${folder}/`)))
      .map((target) => `${path} imports ${target}`)
  })
  expect(broken).toEqual([])
})

test('every folder of the judge has a place in the architecture', () => {
  const unknown = judge
    .map(({ path }) => findFolder(path))
    .filter((folder) => folder !== '' && !(folder in mayImport))
  expect(new Set(unknown)).toEqual(new Set())
})

const pureFolders = [
  'run',
  'policy',
  'ci',
  'review',
  'diff',
  'test-changes',
  'hygiene',
  'claims',
  'gates',
  'judge',
  'decide',
  'text',
  'receipt',
  'backtest',
  'uptake',
  'terminal',
]
const impure = new RegExp(
  [
    /\b(?:await|async|setTimeout|setInterval|setImmediate|newId|console|process|fetch)\b/,
    /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\brandom[A-Z]\w*\(/,
    /\blog\.(?:info|warn|error|debug)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

test('a pure folder does not await, read the clock, use random numbers or log', () => {
  const broken = judge
    .filter(({ path }) => pureFolders.includes(findFolder(path)) && !path.endsWith('/port.ts'))
    .flatMap((source) => findInCode(source, impure))
  expect(broken).toEqual([])
})

test('only entry points and the configuration read the environment', () => {
  const allowed =
    /^services\/[a-z]+\/src\/(?:main|config|cli|config\/[a-z-]+)\.ts$|^services\/console\/build\.ts$|^scripts\/|^test\//
  const broken = sources
    .filter(({ path }) => !allowed.test(path))
    .flatMap((source) => findInCode(source, /\bprocess\.env\b/))
  expect(broken).toEqual([])
})

test('only adapters, ingest and artifacts use the packages of external systems', () => {
  const external = [
    '@octokit/|@discordjs/|discord-api-types|minio|ai$|@ai-sdk/|kafkajs|@nats-io/|@bufbuild/',
    '@codex-judge/proto|cloudevents|@opentelemetry/|pg$|tar-stream|openai',
  ].join('|')
  const pattern = new RegExp(`^(?:${external})`)
  const broken = judge
    .filter(({ path }) => !['adapters', 'ingest', 'artifacts', ''].includes(findFolder(path)))
    .flatMap(({ path, packages }) =>
      packages.filter((name) => pattern.test(name)).map((name) => `${path} imports ${name}`),
    )
  expect(broken).toEqual([])
})

test('every answer of another system is bounded: only one file calls fetch', () => {
  const broken = judge
    // The commands ask the service itself.
    .filter(({ path }) => findFolder(path) !== 'cli')
    .filter(({ path }) => path !== `${JUDGE}adapters/fetch-bounded.ts`)
    .flatMap((source) => findInCode(source, /(?<![.\w])(?:globalThis\.)?fetch\(/))
  expect(broken).toEqual([])
})

test('only correlate and engine/commit write the status of a run', () => {
  const writes =
    /updateTable\('runs'\)(?:(?!execute)[\s\S])*?\bstatus:|\bupdate runs set\b(?:(?!`)[\s\S])*?\bstatus\s*=/
  const broken = judge
    .filter(
      ({ path }) => findFolder(path) !== 'correlate' && path !== `${JUDGE}engine/commit/commit.ts`,
    )
    .filter(({ text }) => writes.test(text))
  expect(broken.map(({ path }) => path)).toEqual([])
})

test('only adapters, ingest and the constructors of branded values use `as`', () => {
  const brands = ['lib/instant.ts', 'run/run.ts']
  const broken = judge
    .filter(
      ({ path }) =>
        !['adapters', 'ingest'].includes(findFolder(path)) &&
        !brands.some((file) => path === JUDGE + file),
    )
    .flatMap((source) =>
      findInCode(source, /^(?!\s*import\b|\s*export\s*[{*]).*[\w)\]}'] as (?!const\b)[A-Za-z{([]/),
    )
    .filter((line) => !/^[^:]+:\d+: +\w+ as \w+,$/.test(line))
  expect(broken).toEqual([])
})
