import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../harness/sources.ts'

/* Documents name the tests that guard each of their rules and promises. */

interface Guarded {
  readonly document: string
  readonly name: string
  readonly text: string
}

/** The sections of the third level in a part of a document. */
const listSections = (document: string, part: string): readonly Guarded[] =>
  part
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...lines] = section.split('\n')
      return { document, name, text: lines.join(' ').replaceAll(/\s+/g, ' ') }
    })

const readDocument = (document: string): string => readFileSync(join(root, document), 'utf8')
const [, threats = ''] = readDocument('docs/security.md').split(/^## Threats$/m)
const guarded = [
  ...listSections('docs/consistency.md', readDocument('docs/consistency.md')),
  ...listSections('docs/security.md', threats.split(/^## /m)[0] ?? ''),
]

test('every consistency rule and every threat names the tests that guard it', () => {
  expect(guarded.filter(({ document }) => document === 'docs/security.md')).toHaveLength(6)
  const unguarded = guarded.filter((one) => listGuards(one).length === 0)
  expect(unguarded.map(({ name }) => name)).toEqual([])
})

test('every test that a rule or a threat names exists', () => {
  const missing = guarded.flatMap((one) =>
    listGuards(one)
      .filter(({ path, title }) => !readTitles(path).includes(title))
      .map(({ path, title }) => `${one.name}: ${path}: ${title}`),
  )
  expect(missing).toEqual([])
})

/** The quoted titles in a section, each with the test file that is linked before it. */
const listGuards = ({
  document,
  text,
}: Guarded): readonly { readonly path: string; readonly title: string }[] =>
  [...text.matchAll(/\]\(([^)]+\.test\.ts)\)(: (?:"[^"]+"(?:, )?)+)?/g)].flatMap(
    ([, link = '', titles = '']) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({
        path: join(dirname(document), link),
        title,
      })),
  )

/** The source of a test file, in which a title is a string. */
const readTitles = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'")
