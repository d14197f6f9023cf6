import type { DiffFile } from '../../diff/diff.ts'
import { lazy } from '../../lib/lazy.ts'
import { type ChangeContext, listWords } from '../change-context.ts'
import { findFormat } from './file-format.ts'
import type { Setting } from './settings.ts'

/** What the rest of a change says about the reason of an edit of configuration. */
export interface Surroundings {
  /** True if the change raises what the project requires, so that fewer versions are to be tested. */
  readonly dropsSupport: boolean
  /** Numbers that are newly demanded anywhere in the change. */
  readonly floors: readonly number[]
  /** Whether everything that a path or pattern names was deleted or moved away. */
  isGone(pattern: string): boolean
  /** Whether everything that a path or pattern names was added by the change. */
  isNew(pattern: string): boolean
  /** Whether a path was renamed to another one. */
  isRenamed(from: string, to: string): boolean
  /** Whether the change removes a name from the code, as far as its hunks show. */
  isRemovedName(word: string): boolean
  /** A distinctive word of a text that changed lines of the source have, too; or null. */
  findSharedSubject(text: string): string | null
  /** Whether another runner no longer leaves out what a pattern names. */
  isTakenOver(pattern: string): boolean
  /** Whether an equal setting was added in another file, or in another place. */
  isStrictElsewhere(setting: Setting): boolean
}

/** The words of the code that changes, without the configuration. */
function readCodeWords(files: readonly DiffFile[]) {
  const words = {
    removed: new Set<string>(),
    added: new Set<string>(),
    context: new Set<string>(),
  } as const
  for (const { path, hunks } of files)
    if (findFormat(path) === null)
      for (const { kind, text } of hunks.flatMap(({ lines }) => lines))
        for (const word of listWords(text)) words[kind].add(word)
  return words
}

const supportPattern =
  /requires-python|python_requires|Programming Language|"engines"|"node"\s*:|rust-version|^go \d|sourceCompatibility|java\.version|jvmTarget|maven\.compiler|TargetFramework|required_ruby_version|minimum|MSRV|drop\w* (?:support|node|python)/i

/** Whether the change raises what the project requires, so that fewer versions are to be tested. */
const hasDroppedSupport = (files: readonly DiffFile[]): boolean =>
  files.some(
    ({ path, hunks }) =>
      !/\.ya?ml$/.test(path) &&
      hunks.some(({ lines }) =>
        lines.some(({ kind, text }) => kind === 'removed' && supportPattern.test(text)),
      ),
  )

/** Shorter words are too common to be a subject. */
const MIN_SUBJECT_LETTERS = 6

/** Words that name checks and what runs them, and no part of a program. */
const generic = new Set([
  ...['integration', 'testing', 'server', 'windows', 'ubuntu', 'latest', 'python', 'checks'],
  ...['linting', 'format', 'coverage', 'package', 'config', 'verify', 'release', 'workflow'],
  ...['install', 'command', 'script', 'scripts', 'actions', 'github', 'default', 'process'],
  ...['public', 'private', 'return', 'string', 'number', 'require', 'import', 'export', 'static'],
  ...['matrix', 'setup', 'system', 'version', 'target', 'runner', 'output', 'timeout', 'should'],
])

/** The parts of a name in camel case, snake case or kebab case. */
const splitName = (name: string): readonly string[] =>
  name
    .split(/[_\W\d]+|(?<=[a-z])(?=[A-Z])/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase())

export function readSurroundings(
  { diff, source }: ChangeContext,
  floors: readonly number[],
  added: readonly Setting[],
  removed: readonly Setting[],
): Surroundings {
  const lastKey = ({ name }: Setting) => name.slice(name.lastIndexOf('.') + 1).replace(/_/g, '-')
  const readWords = lazy(() => readCodeWords(source.files))
  const listSubjects = lazy(() => {
    const changed = [...readWords().removed, ...readWords().added].flatMap(splitName)
    return new Set(changed.filter((word) => !generic.has(word)))
  })
  return {
    dropsSupport: hasDroppedSupport(diff.files),
    floors,
    isRemovedName(word) {
      const { removed, added, context } = readWords()
      return removed.has(word) && !added.has(word) && !context.has(word)
    },
    findSharedSubject: (text) =>
      listWords(text)
        .flatMap(splitName)
        .find((word) => word.length >= MIN_SUBJECT_LETTERS && listSubjects().has(word)) ?? null,
    isGone(pattern) {
      const touched = diff.files.filter(
        ({ path, oldPath }) => isBelow(oldPath, pattern) || isBelow(path, pattern),
      )
      return (
        touched.length > 0 &&
        touched.every(
          ({ change, path }) =>
            change === 'deleted' || (change === 'renamed' && !isBelow(path, pattern)),
        )
      )
    },
    isNew(pattern) {
      const touched = diff.files.filter(({ path }) => isBelow(path, pattern))
      return touched.length > 0 && touched.every(({ change }) => change === 'added')
    },
    isRenamed: (from, to) =>
      diff.files.some(
        ({ change, oldPath, path }) =>
          change === 'renamed' && isBelow(oldPath, from) && isBelow(path, to),
      ),
    isTakenOver: (pattern) =>
      removed.some(
        ({ meaning, value }) =>
          meaning === 'excludes' &&
          takeFolder(value) !== '' &&
          takeFolder(value) === takeFolder(pattern),
      ),
    isStrictElsewhere: (setting) =>
      added.some(
        (other) =>
          other !== setting &&
          other.meaning === setting.meaning &&
          lastKey(other) === lastKey(setting) &&
          other.value.toLowerCase() === setting.value.toLowerCase(),
      ),
  }
}

/** The part of a pattern before its first wildcard, without a root. */
const takeFolder = (pattern: string): string =>
  pattern
    .replace(/^<rootDir>\/|^\.?\//, '')
    .replace(/[*?[{(|].*$/, '')
    .replace(/\/$/, '')

/** Whether a path is what a pattern names, or lies below it. A pattern without a path names none. */
function isBelow(path: string, pattern: string): boolean {
  const name = pattern
    .replace(/^[!^]+|^<rootDir>\/|^\$\{?\w+\}?\/|^\.\//g, '')
    .replace(/\\/g, '')
    .replace(/^\/|[)$"']+/g, '')
    .replace(/::.*$/, '')
  const [fixed = ''] = name.split(/[*?[{(|]/)
  const prefix = fixed.replace(/\/$/, '')
  const anywhere = name.startsWith('**/') ? name.slice(3).replace(/\/\*\*?.*$|\/$/, '') : null
  if (anywhere !== null && !/[*?[{]/.test(anywhere))
    return `/${path}/`.includes(`/${anywhere}/`) || path.endsWith(`/${anywhere}`)
  if (anywhere !== null) {
    const tail = anywhere.replace(/^\*+/, '')
    return /[A-Za-z]{3}/.test(tail) && !/[*?[{]/.test(tail) && path.endsWith(tail)
  }
  if (!/[/.]|^[\w-]+$/.test(prefix) || prefix === '' || prefix === '.') return false
  return `/${path}/`.includes(`/${prefix}/`) || path.startsWith(`${prefix}/`)
}
