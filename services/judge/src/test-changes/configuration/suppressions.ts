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
    .flatMap((file) => [...findInFile(file), ...findDroppedStrictness(file)])
}

/** Lines of a program by which it asks for a stricter check of itself. */
const strictness: readonly { readonly pattern: RegExp; readonly kind: TestChangeKind }[] = [
  { pattern: /^\s*#!\[(?:deny|forbid)\(/, kind: 'lint_loosened' },
  {
    pattern: /^\s*(?:\/\/\s*@ts-check|#\s*(?:mypy|pyright):\s*strict|declare\(strict_types=1\))/,
    kind: 'types_loosened',
  },
]

function findDroppedStrictness({ oldPath, hunks }: DiffFile): readonly TestChange[] {
  const lines = hunks.flatMap((hunk) => hunk.lines)
  return strictness.flatMap(({ pattern, kind }): readonly TestChange[] => {
    const found = lines.filter(({ text }) => pattern.test(text))
    const gone = found.filter((line) => line.kind === 'removed')
    const [first] = gone
    const stays = found.filter((line) => line.kind === 'added').length >= gone.length
    if (first === undefined || stays) return []
    const place = { path: oldPath, side: 'old', line: first.oldLine ?? 0, test: null } as const
    return [
      {
        ...({ answer: 'weakened', kind, severity: 'low', ...place } as const),
        before: first.text.trim(),
        because: 'The program no longer asks for this stricter check of itself.',
      },
    ]
  })
}

function findInFile(file: DiffFile): readonly TestChange[] {
  const lines = file.hunks.flatMap((hunk) => hunk.lines)
  const removed = lines.filter(({ kind }) => kind === 'removed')
  const added = lines.filter(({ kind }) => kind === 'added')
  const count = ({ pattern }: Suppression, of: readonly DiffLine[]) =>
    of.filter(({ text }) => pattern.test(text)).length
  // As many exemptions of a kind went as came: they moved, or were narrowed.
  const more = suppressions.filter(
    (suppression) => count(suppression, added) > count(suppression, removed),
  )
  if (more.length === 0) return []
  const before = new Map(removed.map(({ text }) => [squeezeCode(text), text.trim()]))
  const seen = new Set<Suppression>()
  return file.hunks.flatMap(({ lines: hunk }) =>
    hunk.flatMap((line, index): readonly TestChange[] => {
      if (line.kind !== 'added') return []
      const found = suppressions.find(({ pattern }) => pattern.test(line.text))
      if (found === undefined || seen.has(found) || !more.includes(found)) return []
      const exempted = findExempted(found, line, hunk, index, before)
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

/** A line without its comment and its white space. */
const squeezeCode = (text: string): string =>
  text.replace(/(?:\/\/|\/\*|\s#).*$/, '').replace(/\s+/g, '')

/** A file is exempted by a comment near its beginning. */
const MAX_FILE_COMMENT_LINE = 30

/** The code that existed before and is exempted now; null if the exempted code is new. */
function findExempted(
  { pattern, covers }: Suppression,
  line: DiffLine,
  hunk: readonly DiffLine[],
  index: number,
  before: ReadonlyMap<string, string>,
): string | null {
  if (covers === 'file')
    return (line.newLine ?? Number.POSITIVE_INFINITY) <= MAX_FILE_COMMENT_LINE
      ? 'the whole file'
      : null
  const own = squeezeCode(line.text.slice(0, line.text.search(pattern)))
  if (own !== '' && own !== '#[') return before.get(own) ?? null
  for (let at = index + 1; at < hunk.length; at++) {
    const next = hunk[at]
    if (next === undefined || next.kind === 'removed' || next.text.trim() === '') continue
    return next.kind === 'context' ? next.text.trim() : null
  }
  return null
}
