import type { DiffFile } from '../../diff/diff.ts'
import type { TestChange } from '../finding.ts'
import type { SideText } from '../side-text.ts'
import type { Surroundings } from './surroundings.ts'

export const isOwnersFile = (path: string): boolean => /(?:^|\/)(?:CODEOWNERS|OWNERS)$/.test(path)

interface OwnerLine {
  readonly pattern: string
  readonly owners: readonly string[]
  readonly line: number
  readonly changed: boolean
}

function readOwners({ fragments }: SideText): readonly OwnerLine[] {
  return fragments.flat().flatMap(({ text, number, changed }) => {
    const content = text.replace(/(?:^|\s)#.*$/, '').trim()
    // A section of GitLab groups lines, and owns nothing itself.
    if (content === '' || /^\^?\[/.test(content)) return []
    const [pattern = '', ...owners] = content.split(/(?<!\\)\s+/)
    return [{ pattern, owners, line: number, changed }]
  })
}

/** Finds paths whose owners no longer review them. Other or more owners of a path are no loss. */
export function compareOwners(
  file: DiffFile,
  before: SideText,
  after: SideText,
  surroundings: Surroundings,
): readonly TestChange[] {
  const now = readOwners(after)
  const normalize = (pattern: string) => pattern.replace(/^\/|\/?\**$/g, '')
  return readOwners(before).flatMap((old): readonly TestChange[] => {
    if (!old.changed || surroundings.isGone(old.pattern)) return []
    const same = now.find(({ pattern }) => normalize(pattern) === normalize(old.pattern))
    if (same !== undefined && same.owners.length > 0) {
      const lost = old.owners.filter((owner) => !same.owners.includes(owner))
      // One owner may replace another one; fewer of them means that fewer are asked.
      if (lost.length === 0 || same.owners.length >= old.owners.length) return []
      return [
        describe(
          file,
          'new',
          same.line,
          old,
          'low',
          `${lost.join(', ')} no longer own "${old.pattern}".`,
        ),
      ]
    }
    // A wider pattern with the same owners covers it; so does a path that moved.
    const covered = now.some(
      ({ pattern, owners }) =>
        old.owners.every((owner) => owners.includes(owner)) &&
        owners.length > 0 &&
        (normalize(pattern) === '' || normalize(old.pattern).startsWith(`${normalize(pattern)}/`)),
    )
    const moved = now.some(
      ({ pattern, changed }) => changed && surroundings.isRenamed(old.pattern, pattern),
    )
    if (covered || moved) return []
    const because = `No one is asked to review "${old.pattern}" as its owner any more, and no wider line has the same owners.`
    return [describe(file, 'old', old.line, old, 'medium', because)]
  })
}

function describe(
  file: DiffFile,
  side: 'old' | 'new',
  line: number,
  old: OwnerLine,
  severity: TestChange['severity'],
  because: string,
): TestChange {
  const path = side === 'old' ? file.oldPath : file.path
  const before = `${old.pattern} ${old.owners.join(' ')}`
  return {
    answer: 'weakened',
    kind: 'owners_loosened',
    severity,
    path,
    side,
    line,
    test: null,
    before,
    because,
  }
}
