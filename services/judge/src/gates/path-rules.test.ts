import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { findForbiddenPaths } from './path-rules.ts'

const shipped = {
  allowed_paths: ['**'],
  denied_paths: ['.github/workflows/**', '.codex-judge.yml', 'caf\u00E9/**'],
}

/** A diff as git writes it, of one file with the given header lines and added lines. */
const change = (before: string, after: string, header: readonly string[] = [], added = 'x') =>
  parseDiff(
    [
      `diff --git ${before} ${after}`,
      ...header,
      `--- ${header.some((line) => line.startsWith('new file')) ? '/dev/null' : before}`,
      `+++ ${after}`,
      '@@ -0,0 +1 @@',
      `+${added}`,
      '',
    ].join('\n'),
  ).files
const added = (path: string, mode = '100644', content = 'x') =>
  change(`a/${path}`, `b/${path}`, [`new file mode ${mode}`], content)
const forbid = (
  files: ReturnType<typeof added>,
  policy: Partial<typeof shipped> = {},
): readonly string[] => findForbiddenPaths(files, { ...shipped, ...policy }).map(({ path }) => path)

test.each([
  ['as it is written', '.github/workflows/ci.yml'],
  ['in other capitals', '.GitHub/Workflows/ci.yml'],
  ['deeper', '.github/workflows/deep/ci.yml'],
  ['with a dot at the end of a folder', '.github./workflows/ci.yml'],
  ['with a space at the end of a folder', '.github /workflows/ci.yml'],
  ['with a backslash', '.github\\workflows\\ci.yml'],
  ['with a zero-width space', '.git\u200Bhub/workflows/ci.yml'],
  ['with wide letters', '.\uFF47ithub/workflows/ci.yml'],
  ['the policy in other capitals', '.Codex-Judge.YML'],
  ['the policy with a stream of NTFS', '.codex-judge.yml::$DATA'],
  ['composed', 'caf\u00E9/menu.txt'],
  ['decomposed', 'cafe\u0301/menu.txt'],
])('a denied path is denied %s', (_name, path) => {
  expect(forbid(added(path))).toEqual([path])
})

test('a path in quotes and octal digits, as git writes it, is the path that it stands for', () => {
  const files = change('"a/caf\\303\\251/a.txt"', '"b/caf\\303\\251/a.txt"')
  expect(forbid(files)).toEqual(['caf\u00E9/a.txt'])
})

test.each([
  'src/../.github/workflows/ci.yml',
  '../outside',
  '/etc/passwd',
  '.git/hooks/pre-commit',
])('%s is forbidden whatever the policy says', (path) => {
  expect(forbid(added(path), { denied_paths: [] })).toEqual([path])
})

test('both names of a rename count, for what is denied and for what is allowed', () => {
  const renamed = parseDiff(
    [
      'diff --git a/.github/workflows/ci.yml b/docs/ci.yml',
      'similarity index 100%',
      'rename from .github/workflows/ci.yml',
      'rename to docs/ci.yml',
      '',
    ].join('\n'),
  ).files
  expect(forbid(renamed)).toEqual(['.github/workflows/ci.yml'])
  const policy = { denied_paths: [], allowed_paths: ['docs/**'] }
  expect(forbid(renamed, policy)).toEqual(['.github/workflows/ci.yml'])
})

test('a copy changes its new name alone', () => {
  const copied = parseDiff(
    [
      'diff --git a/.github/workflows/ci.yml b/docs/ci.yml',
      'similarity index 100%',
      'copy from .github/workflows/ci.yml',
      'copy to docs/ci.yml',
      '',
    ].join('\n'),
  ).files
  expect(forbid(copied)).toEqual([])
  expect(forbid(copied, { denied_paths: ['docs/**'] })).toEqual(['docs/ci.yml'])
})

test('a deletion and a change of mode count, too', () => {
  const deleted = parseDiff(
    'diff --git a/.codex-judge.yml b/.codex-judge.yml\ndeleted file mode 100644\n',
  ).files
  const executable = parseDiff(
    'diff --git a/.codex-judge.yml b/.codex-judge.yml\nold mode 100644\nnew mode 100755\n',
  ).files
  expect([forbid(deleted), forbid(executable)]).toEqual([
    ['.codex-judge.yml'],
    ['.codex-judge.yml'],
  ])
})

test('allowed paths are matched as they are written', () => {
  const policy = { allowed_paths: ['src/**'] }
  expect(forbid(added('src/.hidden/a.ts'), policy)).toEqual([])
  expect(forbid(added('SRC/a.ts'), policy)).toEqual(['SRC/a.ts'])
  expect(forbid(added('lib/a.ts'), policy)).toEqual(['lib/a.ts'])
})

test.each(['/secrets/**', './secrets/**', 'secrets/', 'secrets/**'])(
  'the pattern %s means the folder at the root',
  (pattern) => {
    expect(forbid(added('secrets/a/b'), { denied_paths: [pattern] })).toEqual(['secrets/a/b'])
    expect(forbid(added('src/secrets/a'), { denied_paths: [pattern] })).toEqual([])
    expect(forbid(added('secrets/a/b'), { allowed_paths: [pattern] })).toEqual([])
  },
)

test.each([
  ['up and out', 'src/link', '../../etc/passwd', true],
  ['absolute', 'link', '/etc/passwd', true],
  ['to a home', 'link', '~/.ssh/id_ed25519', true],
  ['to a drive', 'link', 'C:\\Windows', true],
  ['out and in again', 'a/link', '../../repo/src', true],
  ['into git itself', 'link', '.git/config', true],
  ['to a sibling', 'src/link', '../lib/a.ts', false],
  ['within', 'a/b/link', '../../src', false],
])('a symbolic link %s is judged by its target', (_name, path, target, isForbidden) => {
  expect(forbid(added(path, '120000', target))).toEqual(isForbidden ? [path] : [])
})

test.each([
  ['a symbolic link', '120000', 'elsewhere'],
  ['a submodule', '160000', `Subproject commit ${'ab12'.repeat(10)}`],
])('%s in the place of a denied folder is denied', (_name, mode, content) => {
  expect(forbid(added('.github', mode, content))).toEqual(['.github'])
  expect(forbid(added('.github2', mode, content))).toEqual([])
})
