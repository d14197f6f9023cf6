import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { findReachable, root, sources } from '../harness/sources.ts'
import { findInText, isGenerated, isTest, listTexts, services } from './find.ts'
import { listFunctions } from './syntax.ts'

/* Limits of sizes, and what must not lie around. */

const countLines = (text: string): number => text.trimEnd().split('\n').length
const isTooWide = (line: string): boolean => line.length > 100

test('a file has at most 300 lines, except for tests and generated files', () => {
  const long = sources
    .filter(({ path }) => !isTest(path) && !isGenerated(path))
    .map(({ path, text }) => ({ path, lines: countLines(text) }))
    .filter(({ lines }) => lines > 300)
  expect(long).toEqual([])
})

test('a function in services and scripts has at most 80 lines', () => {
  const long = sources
    .filter(
      ({ path }) => /^(?:services|scripts)\//.test(path) && !isTest(path) && !isGenerated(path),
    )
    .flatMap((source) =>
      listFunctions(source)
        .filter(({ lines }) => lines > 80)
        .map(({ name, line, lines }) => `${source.path}:${line}: ${name} has ${lines} lines`),
    )
  expect(long).toEqual([])
})

test('at most one percent of the lines in services are wider than 100 columns', () => {
  const lines = services.flatMap(({ text }) => text.trimEnd().split('\n'))
  expect(lines.filter(isTooWide).length / lines.length).toBeLessThanOrEqual(0.01)
})

test('README has at most 80 lines and 100 columns', () => {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(80)
  expect(lines.filter(isTooWide)).toEqual([])
})

test('every source is reachable from an entry point or a test', () => {
  const commands = readFileSync(join(root, 'package.json'), 'utf8')
  const scripts = [...commands.matchAll(/bootstrap\.mjs (\S+\.ts)/g)].map(([, path]) => path ?? '')
  const entry =
    /^services\/[a-z]+\/src\/(?:main|cli|rules|index)\.(?:tsx?|mjs)$|^services\/[a-z]+\/[a-z.-]+\.(?:ts|mjs)$/
  const paths = sources.map(({ path }) => path)
  const running = findReachable([
    ...paths.filter((path) => entry.test(path)),
    ...scripts,
    'scripts/bootstrap.mjs',
    'scripts/generate.ts',
    'vitest.config.ts',
  ])
  const globalSetup = 'test/harness/global-setup.ts'
  const tested = findReachable([...paths.filter(isTest), globalSetup, ...running])
  const listSpawned = (by: typeof sources): readonly string[] =>
    by.flatMap(({ path, text }) =>
      [...text.matchAll(/'([\w./-]+\.ts)'/g)].map(([, name]) => join(dirname(path), name ?? '')),
    )
  const spawned = listSpawned(sources)
  const threads = listSpawned(sources.filter(({ path }) => running.has(path)))
  const isUsed = (path: string): boolean =>
    path.startsWith('test/')
      ? tested.has(path) || spawned.includes(path)
      : running.has(path) || threads.includes(path) || isTest(path)
  expect(paths.filter((path) => !path.endsWith('.d.ts') && !isUsed(path))).toEqual([])
})

test('no comment postpones work', () => {
  const later = new RegExp(`\\b(?:TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`)
  expect(listTexts().flatMap((file) => findInText(file, later))).toEqual([])
})

test('no file names the machine it was written on or a package registry', () => {
  const places = [
    '/wo' + 'rk/',
    '../sha' + 'red',
    'registry.npm' + 'js',
    '.npm' + 'mirror',
    'arti' + 'factory',
  ]
  const broken = listTexts().flatMap(({ path, text }) =>
    places.filter((place) => text.includes(place)).map((place) => `${path} names ${place}`),
  )
  expect(broken).toEqual([])
})

test('pnpm checks packages against the Node that the lockfile pins', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const [, version] = /^nodeVersion: (.+)$/m.exec(workspace) ?? []
  expect(Object.values(optionalDependencies)).toEqual([version, version])
})
