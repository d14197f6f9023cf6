import { expect, test } from 'vitest'
import { type Source, sources } from '../harness/sources.ts'
import { isGenerated, isTest, listTexts, services } from './find.ts'
import { listFunctions } from './syntax.ts'

/* One word for an idea, the standard one: docs/words.md has the words of the domain. */

/** Words that are not allowed in code, comments and documents, and what to write instead. */
const bannedWords: Readonly<Record<string, string>> = {
  anew: 'again',
  bell: 'wakeup',
  bells: 'wakeups',
  believe: 'authorize, or trust',
  clockwork: 'consistency, or engine',
  doors: 'ingest context, or routes',
  fates: 'scripts',
  ground: 'infrastructure',
  hands: 'worker pool',
  journeys: 'batches in flight',
  keeping: 'collector',
  keepings: 'collectors',
  nobody: 'no one, or the passive voice',
  saying: 'statement',
  sayings: 'statements',
  somebody: 'a person, or the subject by its name',
  thrice: 'three times',
  told: 'reported, or history entries',
  whoever: 'the subject by its name',
  wish: 'planned effect',
  wishes: 'planned effects',
}

/** Names that are not allowed although their parts are. */
const bannedNames = ['layFoundation', 'nothingKept', 'openKept']

/** Files that must name old words, and the words. */
const exceptions: readonly (readonly [path: RegExp, words: readonly string[]])[] = [
  [
    /^test\/tidy\/(?:language|references)\.test\.ts$/,
    [...Object.keys(bannedWords), ...bannedNames],
  ],
  // `lastTurn.ground` is stored in `runs.evidence`, so the property keeps its name.
  [
    /^(?:services\/judge\/src\/(?:artifacts|decide|gates)|test\/(?:artifacts|harness))\//,
    ['ground'],
  ],
  // Discord messages of earlier versions are recognized by their old text.
  [/^services\/judge\/src\/text\/discord-message(?:\.test)?\.ts$/, ['nobody']],
  // The statements of a migration never change.
  [/^migrations\//, ['nobody', 'whoever']],
  // The Unix account of that name.
  [/^services\/judge\/src\/adapters\/postgres\/server-user\.ts$/, ['nobody']],
  [/^CHANGELOG\.md$/, ['bell', 'ground']],
  [/^docs\/decisions\/0006-/, ['bell', 'hands', 'wish']],
  [/^(?:LICENSE|patches\/|pnpm-lock\.yaml)/, Object.keys(bannedWords)],
]

/** The words of a text, with the parts of identifiers as words. */
function splitWords(text: string): readonly string[] {
  const tokens = text.match(/[A-Za-z]+/g) ?? []
  return tokens.flatMap((token) => [
    ...(token.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase()),
    ...bannedNames.filter((name) => name === token),
  ])
}

test('no text uses a word that has a standard replacement', () => {
  const broken = listTexts().flatMap(({ path, text }) => {
    const allowed = exceptions.flatMap(([pattern, words]) => (pattern.test(path) ? words : []))
    return text.split('\n').flatMap((line, index) =>
      splitWords(line)
        .filter((word) => Object.hasOwn(bannedWords, word) || bannedNames.includes(word))
        .filter((word) => !allowed.includes(word))
        .map((word) => `${path}:${index + 1}: ${word} (${bannedWords[word] ?? 'rename it'})`),
    )
  })
  expect(broken).toEqual([])
})

test('a service declares no exported type, interface or class twice', () => {
  const declarations = services.flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)].map(
      ([, name]) => ({ path, name: `${path.split('/')[1]} ${name}` }),
    ),
  )
  const twice = [...Map.groupBy(declarations, ({ name }) => name)]
    .filter(([, places]) => new Set(places.map(({ path }) => path)).size > 1)
    .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(', ')}`)
  expect(twice).toEqual([])
})

/** Callbacks whose names come from elsewhere. */
const allowedOfNames: readonly string[] = []

test('no function is named …Of: functions are verbs', () => {
  const broken = sources
    .filter(({ path }) => !isTest(path) && !isGenerated(path))
    .flatMap((source: Source) =>
      listFunctions(source)
        .filter(({ name }) => /[a-z]Of$/.test(name) && !allowedOfNames.includes(name))
        .map(({ name, line }) => `${source.path}:${line}: ${name}`),
    )
  expect(broken).toEqual([])
})
