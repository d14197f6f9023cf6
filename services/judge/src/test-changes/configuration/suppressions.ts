import type { Diff, DiffFile, DiffLine } from '../../diff/diff.ts'
import type { TestChange, TestChangeKind } from '../finding.ts'

interface Suppression {
  readonly pattern: RegExp
  readonly kind: TestChangeKind
  /** What it covers: the line it stands on, the code below it, or the whole file. */
  readonly covers: 'line' | 'next' | 'file'
}

/** Comments and attributes by which code is exempted from a check. */
const suppressions: readonly Suppression[] = [
  { pattern: /(?:\/\/|\/\*)\s*@ts-nocheck/, kind: 'types_loosened', covers: 'file' },
  {
    pattern: /#\s*(?:mypy:\s*ignore-errors|pyright:\s*(?:basic|ignore))|^#\s*type:\s*ignore/,
    kind: 'types_loosened',
    covers: 'file',
  },
  {
    pattern:
      /#\s*(?:ruff|flake8):\s*noqa|\/\*\s*(?:eslint|oxlint|stylelint)-disable\b(?!-(?:line|next))|biome-ignore-all|#\s*rubocop:disable|\/\/\s*swiftlint:disable(?!:)|#\s*shellcheck disable=\w+\s*$|#\s*pylint:\s*skip-file/,
    kind: 'lint_loosened',
    covers: 'file',
  },
  { pattern: /#!\[allow\(/, kind: 'lint_loosened', covers: 'file' },
  {
    pattern: /(?:\/\/|\/\*|\{\/\*)\s*@ts-(?:ignore|expect-error)/,
    kind: 'types_loosened',
    covers: 'next',
  },
  {
    pattern:
      /(?:eslint|oxlint|stylelint)-disable-next-line|biome-ignore\s|tslint:disable-next-line|swiftlint:disable:next|@SuppressWarnings\b|@Suppress\(|@SuppressLint|#\[allow\(|@phpstan-ignore-next-line|NOLINTNEXTLINE|#pragma warning disable/,
    kind: 'lint_loosened',
    covers: 'next',
  },
  {
    pattern:
      /(?:istanbul|c8|v8) ignore (?:next|start|file|if|else)|:nocov:|LCOV_EXCL_START|codecov:ignore:start/,
    kind: 'coverage_loosened',
    covers: 'next',
  },
  {
    pattern: /#\s*type:\s*ignore|#\s*pyright:\s*ignore|@phpstan-ignore\b|#\s*ty:\s*ignore/,
    kind: 'types_loosened',
    covers: 'line',
  },
  {
    pattern:
      /#\s*noqa|\/\/\s*nolint|eslint-disable-line|#\s*pylint:\s*disable|#\s*nosec|#nosec|NOLINT\b|\/\/\s*NOSONAR|#\s*rubocop:disable|noinspection/,
    kind: 'lint_loosened',
    covers: 'line',
  },
  {
    pattern: /#\s*pragma:\s*no cover|LCOV_EXCL_LINE|c8 ignore|@codeCoverageIgnore|#\s*:nocov:/,
    kind: 'coverage_loosened',
    covers: 'line',
  },
]

const codePattern =
  /\.(?:[cm]?[jt]sx?|pyi?|go|rs|java|kts?|scala|rb|php|cs|swift|c|cc|cpp|h|hpp|vue|svelte|ex|exs|sh|dart|lua)$/

/**
 * Finds code that was checked before and is exempted now. An exemption of code that the change adds
 * loses nothing, and one that only moves neither.
 */
export function findSuppressions(diff: Diff): readonly TestChange[] {
  return diff.files
    .filter(
      ({ path, change }) => codePattern.test(path) && change !== 'added' && change !== 'deleted',
    )
    .flatMap(findInFile)
}

function findInFile(file: DiffFile): readonly TestChange[] {
  const lines = file.hunks.flatMap((hunk) => hunk.lines)
  const removed = lines.filter(({ kind }) => kind === 'removed').map(({ text }) => text)
  const seen = new Set<Suppression>()
  return file.hunks.flatMap(({ lines: hunk }) =>
    hunk.flatMap((line, index): readonly TestChange[] => {
      if (line.kind !== 'added') return []
      const found = suppressions.find(({ pattern }) => pattern.test(line.text))
      if (found === undefined || seen.has(found)) return []
      // As many exemptions of this kind went as came: they moved, or were narrowed.
      const count = (texts: readonly string[]) =>
        texts.filter((text) => found.pattern.test(text)).length
      const added = lines.filter(({ kind }) => kind === 'added').map(({ text }) => text)
      if (count(removed) >= count(added)) return []
      const exempted = findExempted(found, line, hunk, index, removed)
      if (exempted === null) return []
      seen.add(found)
      return [
        {
          answer: 'weakened',
          kind: found.kind,
          severity: 'low',
          path: file.path,
          side: 'new',
          line: line.newLine ?? 0,
          test: null,
          before: exempted,
          because: `\`${line.text.trim().slice(0, 120)}\` exempts code that was checked before.`,
        },
      ]
    }),
  )
}

/** The code that existed before and is exempted now; null if the exempted code is new. */
function findExempted(
  { pattern, covers }: Suppression,
  line: DiffLine,
  hunk: readonly DiffLine[],
  index: number,
  removed: readonly string[],
): string | null {
  const squeeze = (text: string) => text.replace(/\s+/g, '')
  if (covers === 'file')
    return line.newLine !== null && line.newLine <= 30 ? 'the whole file' : null
  const own = squeeze(
    line.text.slice(0, line.text.search(pattern)).replace(/(?:\/\/|\/\*|#)\s*$/, ''),
  )
  const isOwnLine = own === '' || own === '#['
  if (!isOwnLine)
    return removed.find((text) => squeeze(text).startsWith(own) && own.length > 8)?.trim() ?? null
  const next = hunk
    .slice(index + 1)
    .find(({ kind, text }) => kind !== 'removed' && text.trim() !== '')
  return next?.kind === 'context' ? next.text.trim() : null
}
