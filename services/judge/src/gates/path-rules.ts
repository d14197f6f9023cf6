import type { DiffFile } from '../diff/diff.ts'
import { compileGlobs, findGlobBase } from '../lib/glob.ts'
import type { Policy } from '../policy/policy.ts'

/** A changed path that the policy does not allow, and why, as the end of a sentence. */
export interface ForbiddenPath {
  readonly path: string
  readonly because: string
}

/**
 * The paths of a change that policy forbids. Both names of a rename count. `denied_paths` are
 * matched in every spelling that some file system takes for the same path (other capitals, other
 * Unicode forms, dots or spaces at the end); `allowed_paths` in the given one. A path that leaves
 * the tree, or lies in `.git`, is forbidden whatever the policy says, and so is a symbolic link
 * whose target does.
 */
export function findForbiddenPaths(
  files: readonly DiffFile[],
  { allowed_paths, denied_paths }: Pick<Policy['diff'], 'allowed_paths' | 'denied_paths'>,
): readonly ForbiddenPath[] {
  const isAllowed = compileGlobs(allowed_paths.map(rootPattern))
  const denials = denied_paths.map((pattern) => createDenial(pattern))
  const explain = (path: string, file: DiffFile): string | null => {
    const unsafe = explainUnsafePath(path)
    if (unsafe !== null) return unsafe
    const denial = denials.find(({ denies }) => denies(path, file))
    if (denial !== undefined) return `denied_paths has ${denial.pattern}`
    return isAllowed(path) ? null : 'it is not among allowed_paths'
  }
  const found = new Map<string, string>()
  for (const file of files) {
    for (const path of listNames(file)) {
      const because = explain(path, file)
      if (because !== null && !found.has(path)) found.set(path, because)
    }
    const target = findLeavingTarget(file)
    if (target !== null && !found.has(file.path))
      found.set(file.path, `it is a symbolic link out of the repository, to ${target}`)
  }
  return [...found].map(([path, because]) => ({ path, because }))
}

/** The names under which a file is changed; the source of a copy stays as it is. */
const listNames = ({ path, oldPath, change }: DiffFile): readonly string[] =>
  change === 'copied' ? [path] : [path, oldPath]

/**
 * The paths of a change that a pattern matches, in every spelling that some file system takes for
 * the same path. Both names of a rename count; the source of a copy stays as it is.
 */
export function findMatchingPaths(
  files: readonly DiffFile[],
  patterns: readonly string[],
): readonly string[] {
  const matchers = patterns.map((pattern) => createDenial(pattern))
  const found = files.flatMap((file) =>
    listNames(file).filter((path) => matchers.some(({ denies }) => denies(path, file))),
  )
  return [...new Set(found)]
}

/** A pattern without `./` or `/` before it; a folder stands for all that it contains. */
const rootPattern = (pattern: string): string =>
  pattern.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '/**')

interface Denial {
  readonly pattern: string
  denies(path: string, file: DiffFile): boolean
}

function createDenial(pattern: string): Denial {
  const rooted = rootPattern(pattern)
  const folded = foldPath(rooted)
  const matches = compileGlobs([rooted, folded], { ignoreCase: true })
  const base = findGlobBase(folded)
  return {
    pattern,
    denies: (path, file) => {
      const plain = foldPath(path)
      if (matches(path) || matches(plain)) return true
      // A link or a submodule takes the place of everything beneath it.
      return linkModes.has(file.newMode) && base.toLowerCase().startsWith(`${plain.toLowerCase()}/`)
    },
  }
}

const SYMBOLIC_LINK = '120000'
const SUBMODULE = '160000'
const linkModes: ReadonlySet<string | null> = new Set([SYMBOLIC_LINK, SUBMODULE])

/** Characters that some file systems and all readers ignore, such as the zero-width space. */
const ignored = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu

/**
 * The path as the most tolerant file system reads it: one Unicode form, `/` as the only separator,
 * no ignored characters, no empty or `.` segments, no dots or spaces at the end of a segment.
 */
function foldPath(path: string): string {
  return path
    .normalize('NFKC')
    .replace(ignored, '')
    .split(/[\\/]/)
    .map((part) => (/^\.+$/.test(part) ? part : part.replace(/[. ]+$/, '').replace(/:.*$/, '')))
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function explainUnsafePath(path: string): string | null {
  const parts = path.split(/[\\/]/)
  if (/^(?:[\\/]|[A-Za-z]:[\\/])/.test(path) || parts.includes('..'))
    return 'it leaves the repository'
  return foldPath(path).toLowerCase().split('/').includes('.git')
    ? 'it belongs to git itself'
    : null
}

/** The target of an added or changed symbolic link that points out of the tree; null otherwise. */
function findLeavingTarget({ path, newMode, hunks }: DiffFile): string | null {
  if (newMode !== SYMBOLIC_LINK) return null
  const target = hunks
    .flatMap(({ lines }) => lines)
    .find(({ kind }) => kind === 'added')
    ?.text.trim()
  if (target === undefined || target === '') return null
  if (/^(?:[\\/~]|[A-Za-z]:)/.test(target)) return target
  const folders = path.split('/').slice(0, -1)
  let depth = folders.length
  for (const part of target.split(/[\\/]/)) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return target
  }
  return foldPath([...folders, target].join('/'))
    .toLowerCase()
    .split('/')
    .includes('.git')
    ? target
    : null
}
