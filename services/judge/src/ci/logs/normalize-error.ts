import { collapseSpace } from '../../lib/text.ts'

/** What differs between two runs of the same failure: where, when, how long, and which object. */
const varying = new RegExp(
  [
    '(?<time>\\d{4}-\\d\\d-\\d\\d(?:[t ][\\d:.,]+(?:z|[+-]\\d\\d:?\\d\\d)?)?|\\b\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?)',
    '(?<url>\\b[a-z][a-z+]{1,10}://[^\\s"\'<>)\\]]+)',
    '(?<path>(?:\\b[a-z]:)?(?:[\\w.@~+-]+|(?<=^|[^\\w.]))[\\\\/](?:[\\w.@~+-]+[\\\\/])*[\\w.@~+-]*)',
    '(?<id>\\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\\b|\\b0x[0-9a-f]+\\b|\\b[0-9a-f]{7,64}\\b)',
    '(?<duration>\\b(?:\\d+(?:\\.\\d+)?\\s?(?:ns|µs|us|ms|m|min|s|secs?|seconds?|minutes?|h|hours?)\\b\\s?)+)',
    '(?<number>\\d+(?:[.,]\\d+)*)',
  ].join('|'),
  'g',
)

/**
 * An error line in the form in which two of them are compared: in lower case, without times,
 * durations, ids and numbers, and without the folder of a path. The name of a file stays, because
 * the same error in another file is another failure.
 */
export const normalizeError = (line: string): string =>
  collapseSpace(line.toLowerCase()).replace(varying, (text, ...rest) =>
    replaceVarying(text, rest.at(-1)),
  )

interface Varying {
  readonly time?: string
  readonly url?: string
  readonly path?: string
  readonly id?: string
  readonly duration?: string
}

function replaceVarying(text: string, found: Varying): string {
  if (found.time !== undefined) return '<time>'
  if (found.url !== undefined) return '<url>'
  if (found.path !== undefined) return normalizePath(text)
  if (found.id !== undefined) return '<id>'
  if (found.duration !== undefined) return text.endsWith(' ') ? '<duration> ' : '<duration>'
  return '<n>'
}

/** Folders whose entries have random names. */
const temporary = /^(?:[a-z]:)?[\\/](?:tmp|temp|var[\\/]folders|private[\\/]var)\b|[\\/]temp[\\/]/

function normalizePath(path: string): string {
  // `3/10 tests`
  if (!/[a-z]/.test(path)) return path.replace(/\d+(?:\.\d+)*/g, '<n>')
  if (temporary.test(path)) return '<path>'
  const name = path.split(/[\\/]/).at(-1) ?? ''
  // A build can put a digest in the name of a file.
  return `<path>${name === '' ? '' : `/${name.replace(/\b[0-9a-f]{7,64}\b/g, '<id>')}`}`
}
