import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, root, type Source, sources } from '../harness/sources.ts'

export const JUDGE = 'services/judge/src/'

export const isTest = (path: string): boolean => path.endsWith('.test.ts')
export const isGenerated = (path: string): boolean => path.endsWith('.generated.ts')

/** The sources of the judge without its tests. */
export const judge = sources.filter(({ path }) => path.startsWith(JUDGE) && !isTest(path))

/** The hand-written sources of all services without their tests. */
export const services = sources.filter(
  ({ path }) => path.startsWith('services/') && !isTest(path) && !isGenerated(path),
)

/** The first folder of a source of the judge; empty for its root, `outside` for other files. */
export const findFolder = (path: string): string =>
  path.startsWith(JUDGE) ? (path.slice(JUDGE.length).split('/').slice(0, -1)[0] ?? '') : 'outside'

/** All hand-written texts of the repository: no lockfile, no pictures. */
export const listTexts = (): readonly { readonly path: string; readonly text: string }[] =>
  listFiles()
    .filter((path) => !/pnpm-lock\.yaml$|\.(?:png|jpg|svg|gz|tgz|ico|woff2?)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** `path:line: text` for every line of code that matches. Comments and strings do not count. */
export const findInCode = ({ path, text, code }: Source, pattern: RegExp): readonly string[] => {
  const lines = text.split('\n')
  return code
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line) ? [`${path}:${index + 1}: ${lines[index]?.trim()}`] : [],
    )
}

/** `path:line: text` for every line that matches. */
export const findInText = (
  { path, text }: { readonly path: string; readonly text: string },
  pattern: RegExp,
): readonly string[] =>
  text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []))
