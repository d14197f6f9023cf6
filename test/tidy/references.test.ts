import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, root, sources } from '../harness/sources.ts'
import { findInText, JUDGE, listTexts } from './find.ts'

/* References between documents and from comments must lead somewhere. */

const readFile = (path: string): string => readFileSync(join(root, path), 'utf8')

test('every link between documents leads to a file and a heading', () => {
  const broken = listFiles('.md').flatMap((path) => {
    const text = readFile(path).replace(/```[\s\S]*?```/g, '')
    return [...text.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !/^[a-z]+:/.test(link) && !hasTarget(path, link))
      .map((link) => `${path} → ${link}`)
  })
  expect(broken).toEqual([])
})

test('no text refers to a document or a rule by its number', () => {
  const numbered = /\b(?:section|rule|contract|clockwork|wire|chapter)(?:,? (?:section|rule))? \d/i
  const broken = listTexts()
    .filter(({ path }) => path !== 'LICENSE' && path !== 'test/tidy/references.test.ts')
    .flatMap((file) => findInText(file, numbered))
    .filter((line) => !/RFC \d+/.test(line))
  expect(broken).toEqual([])
})

test('every path in a comment or a document exists', () => {
  const inComments = sources.map(({ path, text }) => ({ path, text: keepComments(text) }))
  const inDocuments = listFiles('.md', '.yml', '.yaml', '.sql', '.sh').map((path) => ({
    path,
    text: readFile(path),
  }))
  const broken = [...inComments, ...inDocuments].flatMap(({ path, text }) =>
    listPaths(text)
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

test('every source that a document names in backticks exists', () => {
  const broken = listFiles('.md').flatMap((path) =>
    [...readFile(path).matchAll(/`([\w-]+(?:\/[\w.-]+)+\.(?:ts|mjs|sql|yml|md))`/g)]
      .map(([, target]) => target ?? '')
      .filter(
        (target) =>
          ![root, join(root, JUDGE), join(root, dirname(path))].some((folder) =>
            existsSync(join(folder, target)),
          ),
      )
      .map((target) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

const topFolders = 'argo|config|deploy|docs|migrations|patches|proto|scripts|services|test'
const pathPattern = new RegExp(`(?<![\\w./@:-])(?:${topFolders})/[\\w./@-]*\\w`, 'g')

/** The paths in a text that begin with a folder of the repository's root. */
const listPaths = (text: string): readonly string[] =>
  [...text.matchAll(pathPattern)].map(([path]) => path)

/** The comments of a source. */
const keepComments = (text: string): string =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|(?<![:\\/'"`])\/\/[^\n]*/g)].map(([all]) => all).join('\n')

function hasTarget(from: string, link: string): boolean {
  const [file = '', anchor] = decodeURI(link).split('#')
  const target = file === '' ? join(root, from) : resolve(root, dirname(from), file)
  if (!existsSync(target)) return false
  if (!anchor || !statSync(target).isFile()) return true
  const headings = [...readFileSync(target, 'utf8').matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
    toAnchor(heading ?? ''),
  )
  return headings.includes(anchor)
}

/** The anchor that GitHub gives to a heading. */
const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
