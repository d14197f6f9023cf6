import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { createDiff, file, line } from '../../../../test/judge/samples.ts'
import type { DiffFile, DiffHunk } from '../diff/diff.ts'
import { createRelevance } from './relevance.ts'
import { type RenderedDiff, renderDiff } from './render-diff.ts'
import { estimateTokens } from './tokens.ts'

const nothingNamed = createRelevance(['Make it faster.'])

const createHunk = (from: number, lines: number, text = 'let value = compute(1)'): DiffHunk => ({
  header: `@@ -${from},0 +${from},${lines} @@`,
  heading: '',
  lines: Array.from({ length: lines }, (_, index) => line('added', text, null, from + index)),
})
const change = (path: string, ...hunks: readonly DiffHunk[]): DiffFile => ({
  ...file({ path }),
  hunks,
  added: hunks.reduce((sum, { lines }) => sum + lines.length, 0),
})
const show = (files: readonly DiffFile[], tokens: number, relevance = nothingNamed): RenderedDiff =>
  renderDiff(createDiff(...files), tokens, relevance)
const isWhole = ({ omissions }: RenderedDiff, path: string): boolean =>
  !omissions.some(({ text }) => text.startsWith(`${path}:`))
const lines = (count: number): DiffHunk => createHunk(1, count)

const order: readonly {
  readonly what: string
  readonly issue: string
  readonly first: DiffFile
  readonly later: DiffFile
}[] = [
  {
    what: 'a path that the issue names before others',
    issue: 'Fix `src/named.ts`.',
    first: change('src/named.ts', lines(40)),
    later: change('src/a.ts', lines(30)),
  },
  {
    what: 'the name of a file without its folder',
    issue: 'See named.py for the bug.',
    first: change('pkg/deep/named.py', lines(40)),
    later: change('pkg/a.py', lines(30)),
  },
  {
    what: 'a file that changes an identifier of the issue',
    issue: 'The `retryBudget` is wrong.',
    first: change('src/z.ts', createHunk(1, 40, 'const retryBudget = 3')),
    later: change('src/a.ts', lines(30)),
  },
  {
    what: 'a name that looks like code without quotes',
    issue: 'parse_header() drops the last byte.',
    first: change('src/z.py', createHunk(1, 40, 'def parse_header(x):')),
    later: change('src/a.py', lines(30)),
  },
  {
    what: 'changed tests before source',
    issue: 'Make it faster.',
    first: change('src/a.test.ts', lines(40)),
    later: change('src/a.ts', lines(30)),
  },
  {
    what: 'source before documents',
    issue: 'Make it faster.',
    first: change('src/a.go', lines(40)),
    later: change('docs/a.md', lines(30)),
  },
  ...[
    'pnpm-lock.yaml',
    'package-lock.json',
    'Cargo.lock',
    'go.sum',
    'poetry.lock',
    'dist/app.js',
    'src/gen/client.ts',
    'api/service.pb.go',
    'vendor/lib/a.c',
    'node_modules/a/b.js',
    'web/app.min.js',
    'src/__snapshots__/a.test.ts.snap',
  ].map((path) => ({
    what: `source before ${path}`,
    issue: 'Make it faster.',
    first: change('src/a.ts', lines(40)),
    later: change(path, lines(30)),
  })),
]
test.each(order)('what matters more is shown first: $what', ({ issue, first, later }) => {
  const tokens = 100 + Math.ceil(1.2 * estimateTokens(show([first], 100_000).text))
  for (const files of [
    [first, later],
    [later, first],
  ]) {
    const shown = show(files, tokens, createRelevance([issue]))
    expect([isWhole(shown, first.path), isWhole(shown, later.path)]).toEqual([true, false])
  }
})

test('small files are shown whole before a large one is cut', () => {
  const small = ['src/b.ts', 'src/c.ts', 'src/d.ts'].map((path) => change(path, lines(10)))
  const shown = show([change('src/a.ts', lines(2_000)), ...small], 3_000)
  for (const { path } of small) expect(isWhole(shown, path)).toBe(true)
  expect(shown.omissions).toEqual([
    {
      text: expect.stringMatching(/^src\/a\.ts: \d+ of its 2000 lines \(lines \d+-2000\), because/),
      essential: true,
    },
  ])
})

test('a file that does not fit is shown by whole hunks, and each gap is named in its place', () => {
  const hunks = [createHunk(1, 20), createHunk(100, 400), createHunk(900, 20)]
  const shown = show([change('src/a.ts', ...hunks)], 1_200)
  expect(shown.text).toContain('(1 hunk not shown: lines 100-499)')
  expect(shown.text).toContain('+  919| ')
  expect(shown.text).not.toContain('cut here')
  expect(shown.omissions[0]?.text).toBe(
    'src/a.ts: 400 of its 440 lines (lines 100-499), because it did not fit',
  )
})

test('the hunks that the issue is about come first', () => {
  const hunks = [createHunk(1, 60), createHunk(500, 60, 'retryBudget = 3'), createHunk(900, 60)]
  const shown = show([change('src/a.ts', ...hunks)], 1_100, createRelevance(['Fix `retryBudget`.']))
  expect(shown.text).toContain('+  559| retryBudget')
  expect(shown.omissions[0]?.text).toMatch(/lines 1-60/)
})

test('a hunk that alone does not fit is cut, and says so where it is cut', () => {
  const { text, omissions } = show([change('src/a.ts', lines(500))], 1_000)
  const shown = text.match(/^\+/gm)?.length ?? 0
  expect(shown).toBeGreaterThan(10)
  expect(text).toContain(`(this hunk is cut here: its last ${500 - shown} lines are not shown)`)
  expect(omissions[0]?.text).toContain(`(lines ${shown + 1}-500)`)
})

test('what is left out of generated and binary files is named, and is not essential', () => {
  const binary = { ...file({ path: 'a.png', change: 'added' }), binary: true }
  const shown = show(
    [change('pnpm-lock.yaml', lines(900)), change('src/a.ts', lines(5)), binary],
    600,
  )
  expect(
    shown.omissions.map(({ text, essential }) => [text.replace(/:.*because/, ''), essential]),
  ).toEqual([
    ['a.png it is binary', false],
    ['pnpm-lock.yaml generated files get little room', false],
  ])
})

test('generated files take a tenth of the room at most, unless there is nothing else', () => {
  const lock = change('pnpm-lock.yaml', lines(3_000))
  const beside = show([change('src/a.ts', lines(20)), lock], 20_000)
  expect(estimateTokens(beside.text)).toBeLessThan(20_000 * 0.1 + 600)
  expect(isWhole(beside, 'src/a.ts')).toBe(true)
  expect(estimateTokens(show([lock], 20_000).text)).toBeGreaterThan(15_000)
})

const paths = ['src/a.ts', 'src/b.test.ts', 'README.md', 'go.sum', 'lib/c.py', 'src/gen/d.ts']
const someFiles = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom(...paths),
    sizes: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 5 }),
  }),
  { selector: ({ path }) => path, minLength: 1 },
)
property.prop([someFiles, fc.integer({ min: 0, max: 6_000 })])(
  'every changed line is shown or named as left out, within the tokens, in any order of files',
  (described, tokens) => {
    const files = described.map(({ path, sizes }) =>
      change(path, ...sizes.map((size, index) => createHunk(1 + index * 1_000, size))),
    )
    const shown = show(files, tokens)
    const added = files.reduce((sum, file) => sum + file.added, 0)
    const visible = shown.text.match(/^\+ *\d+\| /gm)?.length ?? 0
    const hidden = shown.omissions.reduce((sum, { text }) => {
      const [, all, some] = /: (?:all (\d+)|(\d+) of its)/.exec(text) ?? []
      return sum + Number(all ?? some ?? 0)
    }, 0)
    expect(visible + hidden).toBe(added)
    expect(estimateTokens(shown.text)).toBeLessThanOrEqual(Math.max(tokens, 60))
    const backwards = show(files.toReversed(), tokens)
    expect(backwards.omissions.map(({ text }) => text).toSorted()).toEqual(
      shown.omissions.map(({ text }) => text).toSorted(),
    )
  },
)
