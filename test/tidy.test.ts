import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { filesOf, reachableFrom, root, type Source, sources } from './harness/sources.ts'

/**
 * The house rules that no compiler and no linter keeps: who may import whom, what must not be
 * anywhere, and that nothing lies around. ARCHITECTURE.md gives the reasons.
 */
const src = 'services/judge/src/'
const judge = sources.filter(({ path }) => path.startsWith(src) && !path.endsWith('.test.ts'))
const isTest = (path: string): boolean => path.endsWith('.test.ts')
const isGenerated = (path: string): boolean => path.endsWith('.generated.ts')
const folderOf = (path: string): string =>
  path.startsWith(src) ? (path.slice(src.length).split('/').slice(0, -1)[0] ?? '') : 'outside'

/**
 * What each folder may import beside itself and `lib`. The composition root, which has no folder,
 * may import everything.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  run: [],
  github: ['run'],
  diff: [],
  artifacts: ['run'],
  policy: ['run', 'review', 'gates'],
  ci: ['run', 'github', 'policy'],
  review: ['run', 'github', 'policy'],
  gates: ['run', 'github', 'artifacts', 'ci', 'review', 'diff', 'policy'],
  judge: ['run', 'diff', 'policy'],
  decide: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'policy',
    'gates',
    'judge',
    'text',
  ],
  text: [
    'run',
    'github',
    'artifacts',
    'ci',
    'review',
    'diff',
    'policy',
    'gates',
    'judge',
    'decide',
  ],
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
    'policy',
    'gates',
    'judge',
    'decide',
    'text',
    'effects',
    'correlate',
    'adapters/postgres',
  ],
  history: ['run', 'judge', 'decide', 'correlate', 'adapters/postgres'],
  adapters: [
    'run',
    'github',
    'artifacts',
    'diff',
    'policy',
    'judge',
    'decide',
    'effects',
    'ingest',
  ],
}

test('a folder imports only what the architecture lets it', () => {
  const broken = judge.flatMap(({ path, imports }) => {
    const from = folderOf(path)
    if (from === '') return []
    const allowed = ['lib', from, ...(mayImport[from] ?? [])]
    return imports
      .filter((target) => !allowed.some((folder) => target.startsWith(`${src}${folder}/`)))
      .map((target) => `${path} imports ${target}`)
  })
  expect(broken).toEqual([])
})

test('every folder of the service has its place in the architecture', () => {
  const unknown = judge
    .map(({ path }) => folderOf(path))
    .filter((folder) => folder !== '' && !(folder in mayImport))
  expect(new Set(unknown)).toEqual(new Set())
})

test('what a pure folder imports is a type, where the folder it comes from imports from it, too', () => {
  const values = judge
    .filter(({ path }) => folderOf(path) === 'policy')
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^import (?!type)[^'"]*from '\.\.\/(?:review|gates)\/[^']+'/gm)].map(
        ([statement]) => `${path}: ${statement}`,
      ),
    )
  expect(values).toEqual([])
})

const pure = ['run', 'policy', 'ci', 'review', 'diff', 'gates', 'judge', 'decide', 'text']
const impure =
  /\b(?:await|async|setTimeout|setInterval|setImmediate|newId|console|process|fetch)\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\brandom[A-Z]\w*\(|\blog\.(?:info|warn|error|debug)\b/

test('nothing in a pure folder awaits, reads the clock, rolls dice or logs', () => {
  const broken = judge
    .filter(({ path }) => pure.includes(folderOf(path)) && !path.endsWith('/port.ts'))
    .flatMap((source) => linesWith(source, impure))
  expect(broken).toEqual([])
})

test('only the composition root and the configuration read the environment', () => {
  const allowed = /^services\/[a-z]+\/src\/(?:main|config|cli|config\/[a-z-]+)\.ts$|^scripts\/|^test\//
  const broken = sources
    .filter(({ path }) => !allowed.test(path))
    .flatMap((source) => linesWith(source, /\bprocess\.env\b/))
  expect(broken).toEqual([])
})

test('only adapters and ingest know the packages of outside systems, so only they can see a payload', () => {
  const outside =
    /^(?:@octokit\/|@discordjs\/|discord-api-types|minio|ai$|@ai-sdk\/|kafkajs|@nats-io\/|@bufbuild\/|@codex-judge\/proto|cloudevents|@opentelemetry\/|pg$|tar-stream|openai)/
  const broken = judge
    .filter(({ path }) => !['adapters', 'ingest', 'artifacts', ''].includes(folderOf(path)))
    .flatMap(({ path, packages }) =>
      packages.filter((name) => outside.test(name)).map((name) => `${path} imports ${name}`),
    )
  expect(broken).toEqual([])
})

test('only correlate and engine/commit write the status of a run', () => {
  const writes =
    /updateTable\('runs'\)(?:(?!execute)[\s\S])*?\bstatus:|\bupdate runs set\b(?:(?!`)[\s\S])*?\bstatus\s*=/
  const broken = judge
    .filter(
      ({ path }) => folderOf(path) !== 'correlate' && path !== `${src}engine/commit/commit.ts`,
    )
    .filter(({ text }) => writes.test(text))
  expect(broken.map(({ path }) => path)).toEqual([])
})

test('no type is claimed where none was checked: `as` is for adapters, ingest and the makers of branded values', () => {
  const brands = ['lib/instant.ts', 'run/run.ts']
  const broken = judge
    .filter(
      ({ path }) =>
        !['adapters', 'ingest'].includes(folderOf(path)) &&
        !brands.some((file) => path === src + file),
    )
    .flatMap((source) =>
      linesWith(source, /^(?!\s*(?:import|export)\b).*[\w)\]}'] as (?!const\b)[A-Za-z{([]/),
    )
    .filter((line) => !/^[^:]+:\d+: +\w+ as \w+,$/.test(line))
  expect(broken).toEqual([])
})

test('every source can be reached from something that is started', () => {
  const scripts = [
    ...readFileSync(join(root, 'package.json'), 'utf8').matchAll(/bootstrap\.mjs (\S+\.ts)/g),
  ].map(([, path]) => path ?? '')
  const started = sources
    .map(({ path }) => path)
    .filter((path) =>
      /^services\/[a-z]+\/src\/(?:main|cli|rules|index)\.(?:ts|tsx|mjs)$|^services\/[a-z]+\/[a-z.-]+\.(?:ts|mjs)$/.test(
        path,
      ),
    )
  const running = reachableFrom([
    ...started,
    ...scripts,
    'scripts/bootstrap.mjs',
    'scripts/generate.ts',
    'vitest.config.ts',
  ])
  const tested = reachableFrom([
    ...sources.map(({ path }) => path).filter(isTest),
    'test/harness/global-setup.ts',
    ...running,
  ])
  const spawned = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/'([\w./-]+\.ts)'/g)].map(([, name]) => join(dirname(path), name ?? '')),
  )
  const left = sources
    .map(({ path }) => path)
    .filter(
      (path) =>
        !path.endsWith('.d.ts') &&
        !(path.startsWith('test/')
          ? tested.has(path) || spawned.includes(path)
          : running.has(path) || isTest(path)),
    )
  expect(left).toEqual([])
})

test('nothing is put off in a comment', () => {
  const later = new RegExp(`\\b(?:TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`)
  expect(texts().flatMap((source) => linesWith({ ...source, code: source.text }, later))).toEqual(
    [],
  )
})

test('no file holds more than one idea: 300 lines at most, tests and generated files apart', () => {
  const long = sources
    .filter(({ path }) => !isTest(path) && !isGenerated(path))
    .map(({ path, text }) => `${path}: ${text.trimEnd().split('\n').length} lines`)
    .filter((line) => Number(/(\d+) lines$/.exec(line)?.[1]) > 300)
  expect(long).toEqual([])
})

test('no file speaks of the machine it was written on, or of a package registry', () => {
  const places = [
    '/wo' + 'rk/',
    '../sha' + 'red',
    'registry.npm' + 'js',
    '.npm' + 'mirror',
    'arti' + 'factory',
  ]
  const broken = texts().flatMap(({ path, text }) =>
    places.filter((place) => text.includes(place)).map((place) => `${path} names ${place}`),
  )
  expect(broken).toEqual([])
})

test('every link between documents leads somewhere', () => {
  const broken = filesOf('.md').flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(/```[\s\S]*?```/g, '')
    return [...text.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, link))
      .map((link) => `${path} → ${link}`)
  })
  expect(broken).toEqual([])
})

/** Files of text that people write: neither sources' lockfile nor pictures. */
const texts = (): readonly Pick<Source, 'path' | 'text'>[] =>
  filesOf()
    .filter((path) => !/pnpm-lock\.yaml$|\.(?:png|jpg|svg|gz|tgz|ico|woff2?)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** `path:line: text` of every line of code that matches. */
const linesWith = (
  { path, text, code }: Pick<Source, 'path' | 'text' | 'code'>,
  pattern: RegExp,
): readonly string[] =>
  code
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line)
        ? [`${path}:${index + 1}: ${text.includes(line) ? line : line.trim()}`]
        : [],
    )

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = decodeURI(link).split('#')
  const target = file === '' ? join(root, from) : resolve(root, dirname(from), file)
  if (!existsSync(target)) return false
  if (!anchor || !statSync(target).isFile()) return true
  const headings = [...readFileSync(target, 'utf8').matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
    slugOf(heading ?? ''),
  )
  return headings.includes(anchor)
}

/** As GitHub names the anchor of a heading. */
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
