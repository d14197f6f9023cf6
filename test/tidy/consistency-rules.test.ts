import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../harness/sources.ts'

/* docs/consistency.md names the tests that guard each rule. */

const document = 'docs/consistency.md'
const rules = readFileSync(join(root, document), 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [name = '', ...lines] = section.split('\n')
    return { name, text: lines.join(' ').replaceAll(/\s+/g, ' ') }
  })

test('every consistency rule names the tests that guard it', () => {
  const unguarded = rules.filter(({ text }) => listGuards(text).length === 0)
  expect(unguarded.map(({ name }) => name)).toEqual([])
})

test('every test that a consistency rule names exists', () => {
  const missing = rules.flatMap(({ name, text }) =>
    listGuards(text)
      .filter(({ path, title }) => !readTitles(path).includes(title))
      .map(({ path, title }) => `${name}: ${path}: ${title}`),
  )
  expect(missing).toEqual([])
})

/** The quoted titles in a rule, each with the test file that is linked before it. */
const listGuards = (text: string): readonly { readonly path: string; readonly title: string }[] =>
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
