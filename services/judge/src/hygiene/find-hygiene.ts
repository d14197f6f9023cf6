import type { Diff, DiffFile } from '../diff/diff.ts'
import { hasMeaningfulSpace } from '../diff/has-meaningful-space.ts'
import { formatList } from '../lib/text.ts'
import { findLonelyLockfiles, isGenerated, isLockfile } from './classify-files.ts'
import { findCommentStyle } from './comment-styles.ts'
import { findUnfinishedWork } from './find-unfinished-work.ts'
import type { HygieneFinding } from './finding.ts'
import { splitComments } from './split-comments.ts'

/** More of them would hide the change that they are about. */
const MAX_FINDINGS = 40

/**
 * What the judge and the reader should know about a change: that it is only comments, only
 * generated files or a lockfile alone, and which work in it looks unfinished. Pure and total; at
 * most 40, in the order of the files.
 */
export function findHygieneIssues(diff: Diff): readonly HygieneFinding[] {
  const { files } = diff
  return [
    ...findCommentOnly(files),
    ...findGeneratedOnly(files),
    ...findLonelyLockfiles(files).map(
      (path): HygieneFinding => ({
        kind: 'lockfile_without_manifest',
        path,
        line: null,
        text: 'the lockfile changes, but the manifest that it follows does not',
      }),
    ),
    ...files.flatMap((file) => (isGenerated(file) ? [] : findUnfinishedWork(file))),
  ].slice(0, MAX_FINDINGS)
}

function findCommentOnly(files: readonly DiffFile[]): readonly HygieneFinding[] {
  const [first] = files
  if (first === undefined || !files.every(isCommentOnly)) return []
  const names = formatList(files.map(({ path }) => path))
  return [
    {
      kind: 'comment_only',
      path: first.path,
      line: null,
      text: `the change only changes comments, in ${names}`,
    },
  ]
}

/** Comments that tools obey, and that therefore change what happens. */
const directive = new RegExp(
  [
    '^#!|@ts-|eslint|biome-|prettier-|tslint|istanbul|c8 |v8 |webpack|@vite|jsx|noqa|pylint|pragma',
    'type:\\s*ignore|mypy|ruff|isort|fmt:|coding[:=]|go:|\\+build|nolint|lint:|rubocop|frozen_string',
    'shellcheck|NOSONAR|noinspection|@formatter|swiftlint|sourceMapping|@flow|@license|SPDX|secretlint',
    'syntax=|escape=|yaml-language|\\$schema|sourcery|codeql|semgrep|hadolint|checkov|tfsec|bandit|nosec',
  ].join('|'),
  'i',
)

/** Whether the lines of a file are the same before and after without their comments. */
function isCommentOnly({ path, change, binary, oldMode, newMode, hunks }: DiffFile): boolean {
  const style = findCommentStyle(path)
  if (style === null || change !== 'modified' || binary || oldMode !== newMode) return false
  const keepsLayout = hasMeaningfulSpace(path)
  return hunks.every(({ lines }) => {
    const [before, after] = (['added', 'removed'] as const).map((omitted) =>
      splitComments(
        lines.filter(({ kind }) => kind !== omitted).map(({ text }) => text),
        style,
      )
        .map(({ code, comment }) => (directive.test(comment) ? `${code}${comment}` : code))
        .filter((line) => line.trim() !== '')
        .map((line) => (keepsLayout ? line.trimEnd() : line.replace(/\s+/g, ' ').trim()))
        .join('\n'),
    )
    return before === after
  })
}

function findGeneratedOnly(files: readonly DiffFile[]): readonly HygieneFinding[] {
  const [first] = files
  const written = files.filter((file) => !isGenerated(file) && !isLockfile(file.path))
  if (first === undefined || written.length > 0 || files.every(({ path }) => isLockfile(path)))
    return []
  return [
    {
      kind: 'generated_only',
      path: first.path,
      line: null,
      text: `the change only changes generated files: ${formatList(files.map(({ path }) => path))}`,
    },
  ]
}
