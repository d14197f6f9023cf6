import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { DiffFile } from './diff.ts'
import { hasContentChange } from './has-content-change.ts'
import { parseDiff, UnreadableDiffError } from './parse-diff.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`
const only = (text: string): DiffFile => {
  const { files } = parseDiff(text)
  expect(files).toHaveLength(1)
  const [file] = files
  if (file === undefined) throw new Error('no file')
  return file
}

const modified = lines(
  'diff --git a/src/a.ts b/src/a.ts',
  'index 1111111..2222222 100644',
  '--- a/src/a.ts',
  '+++ b/src/a.ts',
  '@@ -1,3 +1,4 @@ export function a() {',
  ' one',
  '-two',
  '+zwei',
  '+drei',
  ' four',
)

test('each line has its number on the sides where it exists', () => {
  const file = only(modified)
  expect(file).toMatchObject({
    path: 'src/a.ts',
    oldPath: 'src/a.ts',
    change: 'modified',
    binary: false,
    added: 2,
    removed: 1,
  })
  expect(file.hunks.map(({ header }) => header)).toEqual(['@@ -1,3 +1,4 @@'])
  expect(file.hunks[0]?.lines).toEqual([
    { kind: 'context', text: 'one', oldLine: 1, newLine: 1 },
    { kind: 'removed', text: 'two', oldLine: 2, newLine: null },
    { kind: 'added', text: 'zwei', oldLine: null, newLine: 2 },
    { kind: 'added', text: 'drei', oldLine: null, newLine: 3 },
    { kind: 'context', text: 'four', oldLine: 3, newLine: 4 },
  ])
})

interface Row {
  readonly name: string
  readonly text: string
  readonly is: Partial<DiffFile>
  readonly content: boolean
}

const rows: readonly Row[] = [
  {
    name: 'a new file',
    text: lines(
      'diff --git a/n b/n',
      'new file mode 100644',
      'index 0000000..1111111',
      '--- /dev/null',
      '+++ b/n',
      '@@ -0,0 +1 @@',
      '+x',
    ),
    is: {
      path: 'n',
      oldPath: 'n',
      change: 'added',
      oldMode: null,
      newMode: '100644',
      headerLines: [],
      added: 1,
    },
    content: true,
  },
  {
    name: 'a new empty file, which has neither sides nor hunks',
    text: lines(
      'diff --git a/pkg/__init__.py b/pkg/__init__.py',
      'new file mode 100644',
      'index 0000000..e69de29',
    ),
    is: { path: 'pkg/__init__.py', change: 'added', hunks: [], added: 0 },
    content: true,
  },
  {
    name: 'a deleted file goes by the path it had',
    text: lines(
      'diff --git a/old b/old',
      'deleted file mode 100644',
      'index 1111111..0000000',
      '--- a/old',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-x',
    ),
    is: {
      path: 'old',
      oldPath: 'old',
      change: 'deleted',
      oldMode: '100644',
      newMode: null,
      removed: 1,
    },
    content: true,
  },
  {
    name: 'a pure rename',
    text: lines(
      'diff --git a/was.ts b/is.ts',
      'similarity index 100%',
      'rename from was.ts',
      'rename to is.ts',
    ),
    is: {
      path: 'is.ts',
      oldPath: 'was.ts',
      change: 'renamed',
      hunks: [],
      headerLines: ['rename from was.ts', 'rename to is.ts'],
    },
    content: true,
  },
  {
    name: 'a rename whose names hold " b/"',
    text: lines(
      'diff --git a/x b/y b/x b/z',
      'similarity index 100%',
      'rename from x b/y',
      'rename to x b/z',
    ),
    is: { path: 'x b/z', oldPath: 'x b/y', change: 'renamed' },
    content: true,
  },
  {
    name: 'a rename with an edit',
    text: lines(
      'diff --git a/was b/is',
      'similarity index 90%',
      'rename from was',
      'rename to is',
      '--- a/was',
      '+++ b/is',
      '@@ -1 +1 @@',
      '-x',
      '+y',
    ),
    is: { path: 'is', oldPath: 'was', change: 'renamed', added: 1, removed: 1 },
    content: true,
  },
  {
    name: 'a copy',
    text: lines('diff --git a/from b/to', 'similarity index 100%', 'copy from from', 'copy to to'),
    is: { path: 'to', oldPath: 'from', change: 'copied' },
    content: true,
  },
  {
    name: 'a mode alone',
    text: lines('diff --git a/run.sh b/run.sh', 'old mode 100644', 'new mode 100755'),
    is: {
      path: 'run.sh',
      change: 'mode',
      oldMode: '100644',
      newMode: '100755',
      headerLines: ['old mode 100644', 'new mode 100755'],
    },
    content: true,
  },
  {
    name: 'a file that becomes a symbolic link is removed and added',
    text: lines(
      'diff --git a/l b/l',
      'new file mode 120000',
      'index 0000000..1111111',
      '--- /dev/null',
      '+++ b/l',
      '@@ -0,0 +1 @@',
      '+target',
      '\\ No newline at end of file',
    ),
    is: { change: 'added', oldMode: null, newMode: '120000', headerLines: [] },
    content: true,
  },
  {
    name: 'a symbolic link to a target whose name differs in a space',
    text: lines(
      'diff --git a/l b/l',
      'index 1111111..2222222 120000',
      '--- a/l',
      '+++ b/l',
      '@@ -1 +1 @@',
      '-my target',
      '\\ No newline at end of file',
      '+mytarget',
      '\\ No newline at end of file',
    ),
    is: { change: 'modified', oldMode: '120000', newMode: '120000' },
    content: true,
  },
  {
    name: 'another commit of a submodule',
    text: lines(
      'diff --git a/sub b/sub',
      'index 1111111..2222222 160000',
      '--- a/sub',
      '+++ b/sub',
      '@@ -1 +1 @@',
      '-Subproject commit 1111111111111111111111111111111111111111',
      '+Subproject commit 2222222222222222222222222222222222222222',
    ),
    is: { path: 'sub', change: 'modified', newMode: '160000', added: 1 },
    content: true,
  },
  {
    name: 'a mode with an edit is a modification',
    text: lines(
      'diff --git a/s b/s',
      'old mode 100644',
      'new mode 100755',
      'index 1..2',
      '--- a/s',
      '+++ b/s',
      '@@ -1 +1 @@',
      '-x',
      '+y',
    ),
    is: { change: 'modified', added: 1, headerLines: ['old mode 100644', 'new mode 100755'] },
    content: true,
  },
  {
    name: 'a mode with an edit of white space',
    text: lines(
      'diff --git a/s b/s',
      'old mode 100755',
      'new mode 100644',
      'index 1..2',
      '--- a/s',
      '+++ b/s',
      '@@ -1 +1 @@',
      '-x',
      '+ x',
    ),
    is: { change: 'modified', oldMode: '100755', newMode: '100644' },
    content: true,
  },
  {
    name: 'a binary file, said in words',
    text: lines(
      'diff --git a/p.png b/p.png',
      'index 1111111..2222222 100644',
      'Binary files a/p.png and b/p.png differ',
    ),
    is: { path: 'p.png', change: 'modified', binary: true },
    content: true,
  },
  {
    name: 'a binary file with its bytes and another mode',
    text: lines(
      'diff --git a/p b/p',
      'old mode 100644',
      'new mode 100755',
      'index 1..2',
      'GIT binary patch',
      'literal 4',
      'LcmZQzU|?imU|@Iz',
      '',
      'literal 3',
      'KcmZQzU|?im',
      '',
    ),
    is: { path: 'p', change: 'modified', binary: true },
    content: true,
  },
  {
    name: 'a quoted path with a tab, a quote and UTF-8 in octal',
    text: lines(
      'diff --git "a/t\\tq\\"\\303\\274" "b/t\\tq\\"\\303\\274"',
      'index 1..2 100644',
      '--- "a/t\\tq\\"\\303\\274"',
      '+++ "b/t\\tq\\"\\303\\274"',
      '@@ -1 +1 @@',
      '-x',
      '+y',
    ),
    is: { path: 't\tq"ü', oldPath: 't\tq"ü' },
    content: true,
  },
  {
    name: 'a path with a space, which git ends with a tab',
    text: lines(
      'diff --git a/a b.txt b/a b.txt',
      'index 1..2 100644',
      '--- a/a b.txt\t',
      '+++ b/a b.txt\t',
      '@@ -1 +1 @@',
      '-x',
      '+y',
    ),
    is: { path: 'a b.txt', oldPath: 'a b.txt' },
    content: true,
  },
  {
    name: 'a folder that is called b',
    text: lines(
      'diff --git a/b/b/x b/b/b/x',
      'index 1..2 100644',
      '--- a/b/b/x',
      '+++ b/b/b/x',
      '@@ -1 +1 @@',
      '-x',
      '+y',
    ),
    is: { path: 'b/b/x' },
    content: true,
  },
  {
    name: 'no newline at the end is no line',
    text: lines(
      'diff --git a/e b/e',
      'index 1..2 100644',
      '--- a/e',
      '+++ b/e',
      '@@ -1 +1 @@',
      '-x',
      '\\ No newline at end of file',
      '+y',
      '\\ No newline at end of file',
    ),
    is: { added: 1, removed: 1 },
    content: true,
  },
  {
    name: 'content that looks like headers',
    text: lines(
      'diff --git a/h b/h',
      'index 1..2 100644',
      '--- a/h',
      '+++ b/h',
      '@@ -1,2 +1,2 @@',
      '--- a/other',
      '-@@ -1 +1 @@',
      '+++ b/other',
      '+diff --git a/x b/x',
    ),
    is: { path: 'h', added: 2, removed: 2 },
    content: true,
  },
  {
    name: 'U+2028 and a lone carriage return end no line',
    text: lines(
      'diff --git a/u b/u',
      'index 1..2 100644',
      '--- a/u',
      '+++ b/u',
      '@@ -1 +1 @@',
      '-x',
      '+y\u2028diff --git a/z b/z\rdiff --git a/q b/q',
    ),
    is: { path: 'u', added: 1, removed: 1 },
    content: true,
  },
  {
    name: 'a header of which nothing is shown',
    text: lines('diff --git a/s b/s', 'index 1..2 100644'),
    is: { path: 's', change: 'modified', added: 0, removed: 0 },
    content: false,
  },
]

describe.each(rows)('$name', ({ text, is, content }) => {
  test('is read as what it is', () => expect(only(text)).toMatchObject(is))
  test(content ? 'changes content' : 'changes no content', () =>
    expect(hasContentChange(only(text))).toBe(content),
  )
})

test('several files are read in order and their lines are added up', () => {
  const diff = parseDiff(rows.map(({ text }) => text).join(''))
  expect(diff.files).toHaveLength(rows.length)
  expect(diff.files).toEqual(rows.map(({ text }) => only(text)))
  expect(diff.added).toBe(diff.files.reduce((sum, { added }) => sum + added, 0))
  expect(diff.removed).toBe(diff.files.reduce((sum, { removed }) => sum + removed, 0))
})

test.each(['', '\n', '  \n\n'])('white space (%j) is the empty diff', (text) => {
  expect(parseDiff(text)).toMatchObject({ files: [], added: 0, removed: 0, tooLarge: null })
})

test('texts have equal digests only if they are equal', () => {
  expect(parseDiff(modified).digest).toBe(parseDiff(modified).digest)
  expect(parseDiff(modified).digest).not.toBe(parseDiff(modified.replace('zwei', 'two')).digest)
})

test.each([
  ['an error page', '<html><body>Sorry, this diff is taking too long to generate.</body></html>'],
  ['JSON', '{"message":"Not Found"}'],
  [
    'a combined diff',
    lines(
      'diff --cc a.ts',
      'index 1,2..3',
      '--- a/a.ts',
      '+++ b/a.ts',
      '@@@ -1,1 -1,1 +1,1 @@@',
      '--x',
      '++y',
    ),
  ],
  [
    'a combined diff after a good one',
    modified + lines('diff --combined a.ts', '@@@ -1 -1 +1 @@@', '++y'),
  ],
  ['a diff cut within a hunk', modified.slice(0, -8)],
  ['a hunk with more lines than it says', `${modified}+five\n`],
  [
    'a hunk that does not say where it stands',
    lines('diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ here @@', '+x'),
  ],
  [
    'a second file without a header of its own',
    `${modified}${lines('--- a/q', '+++ b/q', '@@ -1 +1 @@', '-x', '+y')}`,
  ],
  ['a header without names', lines('diff --git', 'index 1..2')],
])('%s is rejected and never read as an empty change', (_name, text) => {
  expect(() => parseDiff(text)).toThrow(UnreadableDiffError)
})

prop.prop([
  fc.string({
    unit: fc.constantFrom(
      'diff --git a/x b/x\n',
      '--- a/x\n',
      '+++ b/x\n',
      '@@ -1 +1 @@\n',
      '+y\n',
      '-x\n',
      ' z\n',
      '\\ No\n',
      '"',
      '\n',
      'rename to y\n',
    ),
    maxLength: 30,
  }),
])('any text gives a diff or throws UnreadableDiffError', (text) => {
  try {
    expect(parseDiff(text).files.every(({ path }) => path.length > 0)).toBe(true)
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableDiffError)
  }
})

const path = fc
  .array(fc.constantFrom('a', 'b', ' ', 'é', '.', '-'), { minLength: 1, maxLength: 6 })
  .map((parts) => `${parts.join('')}x`)
const content = fc.array(
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\n]/g, '')),
  { minLength: 1, maxLength: 6 },
)

prop.prop([fc.array(fc.record({ path, content }), { minLength: 1, maxLength: 5 })])(
  'what was added comes back, path and text, whatever it holds',
  (files) => {
    const text = files
      .map(({ path, content }) =>
        lines(
          `diff --git a/${path} b/${path}`,
          'new file mode 100644',
          '--- /dev/null',
          `+++ b/${path}\t`,
          `@@ -0,0 +1,${content.length} @@`,
          ...content.map((line) => `+${line}`),
        ),
      )
      .join('')
    expect(
      parseDiff(text).files.map((file) => ({
        path: file.path,
        content: file.hunks.flatMap((hunk) => hunk.lines.map((line) => line.text)),
      })),
    ).toEqual(files)
  },
)

test('a diff that cannot be read names the cause in a failure that may be retried', () => {
  const combined = lines('diff --cc a.ts', '@@@ -1,1 -1,1 +1,1 @@@', '++y')
  expect(() => parseDiff(combined)).toThrow('the combined diff of a merge')
  expect(() => parseDiff('<html>')).toThrow(expect.objectContaining({ kind: 'unavailable' }))
})

test('the header of a hunk is the one that git wrote, even for empty sides', () => {
  const added = lines(
    'diff --git a/n b/n',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/n',
    '@@ -0,0 +1,2 @@',
    '+x',
    '+y',
  )
  expect(only(added).hunks.map(({ header }) => header)).toEqual(['@@ -0,0 +1,2 @@'])
})

test('each hunk has the line that git shows for orientation', () => {
  const second = lines('@@ -9,1 +10,1 @@', '-@@ no header @@', '+x')
  expect(only(modified + second).hunks.map(({ heading }) => heading)).toEqual([
    'export function a() {',
    '',
  ])
})
