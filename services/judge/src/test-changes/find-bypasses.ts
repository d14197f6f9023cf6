import type { TestChange } from './finding.ts'
import { readDefinition } from './own-helpers.ts'
import { quote } from './quote.ts'
import type { SideLine } from './side-text.ts'
import type { TestCase, TestFile } from './test-file.ts'

interface Bypass {
  readonly pattern: RegExp
  readonly path?: RegExp
  readonly answer: 'weakened' | 'question'
  readonly kind: TestChange['kind']
  readonly because: string
}

/** Lines by which tests get around their runner without a mark that the runner knows. */
const bypasses: readonly Bypass[] = [
  {
    pattern: /\b(?:it|test|describe)\s*\[\s*['"`](?:skip|todo|fails|failing)['"`]\s*\]/,
    answer: 'weakened',
    kind: 'skip_added',
    because: 'The test does not run any more.',
  },
  {
    pattern:
      /^\s*(?:(?:const|let|var)\s+\w+\s*=\s*(?:it|test|describe)\.(?:skip|todo|fixme)|(?!pytestmark\b)\w+\s*=\s*pytest\.mark\.(?:skip|xfail))\b(?!\w*\s*\(\s*\w)/,
    answer: 'weakened',
    kind: 'skip_added',
    because: 'Tests that are defined by this name do not run.',
  },
  {
    pattern:
      /^\s*(?:const|let|var|function)\s+(?:it|test|describe|expect|assert)\b\s*(?:=(?!>)\s*(?:async\s*)?(?:\(|function\b)|\()/,
    answer: 'weakened',
    kind: 'always_true',
    because: 'The tests define what their runner and its assertions do.',
  },
  {
    pattern: /^(?:del\s+\w*[tT]est\w*|\w*[tT]est\w*\s*=\s*None)\b/,
    path: /\.py$/,
    answer: 'weakened',
    kind: 'collection_lost',
    because: 'The test is taken away before the runner collects it.',
  },
  {
    pattern: /\bexitstatus\s*=\s*(?:0|ExitCode\.OK|pytest\.ExitCode\.OK)\b/,
    path: /\.py$/,
    answer: 'weakened',
    kind: 'exit_code_ignored',
    because: 'The run ends as passed, whatever its tests say.',
  },
  {
    pattern: /^\s+(?:items\[:\]\s*=|items\.(?:clear|remove|pop)\(|del\s+items\[)/,
    path: /\.py$/,
    answer: 'question',
    kind: 'deselected',
    because: 'The collected tests are replaced by others, and no rule can tell which are left.',
  },
]

const commentPattern = /^\s*(?:\/\/|#|\*)/

export const findBypasses = (files: readonly TestFile[]): readonly TestChange[] =>
  files.flatMap((file) => [...findLines(file), ...findShadowed(file), ...findReplacedImports(file)])

const listChanged = (side: TestFile['new']): readonly SideLine[] =>
  side.text.fragments.flatMap((lines) => lines.filter(({ changed }) => changed))

const isNewFile = ({ file }: TestFile): boolean => file.change === 'added'

function findLines(file: TestFile): readonly TestChange[] {
  const { path } = file.new.text
  // A new file may only say what is new, but what it does to the whole run counts.
  const isHook = /(?:^|\/)conftest\.py$/.test(path)
  if (isNewFile(file) && !isHook) return []
  return listChanged(file.new).flatMap(({ text, number }) => {
    if (commentPattern.test(text)) return []
    const found = bypasses.find((one) => one.pattern.test(text) && (one.path?.test(path) ?? true))
    if (found === undefined) return []
    const { answer, kind, because } = found
    return [
      {
        ...({
          answer,
          kind,
          severity: 'high',
          path,
          side: 'new',
          line: number,
          test: null,
        } as const),
        before: quote(text),
        because,
      },
    ]
  })
}

/** A test of Python that a new one of the same name replaces, so that only the new one runs. */
function findShadowed(file: TestFile): readonly TestChange[] {
  const { path } = file.new.text
  if (!path.endsWith('.py')) return []
  const nameTest = ({ names, fact }: TestCase) =>
    fact.level === 'test' && fact.collected ? names.join(' > ') : ''
  const before = Map.groupBy(file.old.cases, nameTest)
  return [...Map.groupBy(file.new.cases, nameTest)].flatMap(([name, tests]) => {
    const [first, second] = tests
    if (name === '' || first === undefined || second === undefined) return []
    if (first.changed || !second.changed || before.get(name)?.length !== 1) return []
    const place = { path, side: 'new', line: second.line, test: first.fact.name } as const
    return [
      {
        ...({ answer: 'weakened', kind: 'collection_lost', severity: 'high', ...place } as const),
        before: quote(first.fact.name),
        because: 'Another test of the same name follows, and only that one runs.',
      },
    ]
  })
}

const importPatterns = [
  /\bimport\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^{}]*)\}\s*from/g,
  /\bimport\s+(\w+)\s+from/g,
  /\bfrom\s+[\w.]+\s+import\s+\(?([^()\n]*)/g,
  /\b(?:const|let|var)\s+\{([^{}]*)\}\s*=\s*(?:await\s+import|require)\(/g,
]

/** The names that a code imports, as they are called there. */
const listImports = (code: string): ReadonlySet<string> =>
  new Set(
    importPatterns.flatMap((pattern) =>
      [...code.matchAll(pattern)].flatMap(([, names = '']) =>
        names.split(',').flatMap((name) => /(\w+)\s*$/.exec(name)?.[1] ?? []),
      ),
    ),
  )

/** A name that was imported from the program, and is defined by the test itself now. */
function findReplacedImports(file: TestFile): readonly TestChange[] {
  const gone = listImports(
    listChanged(file.old)
      .map(({ text }) => text)
      .join('\n'),
  )
  if (gone.size === 0 || isNewFile(file)) return []
  const still = listImports([...file.new.lines.values()].join('\n'))
  return listChanged(file.new).flatMap(({ text, number }) => {
    const name = readDefinition(text) ?? /\bclass\s+(\w+)/.exec(text)?.[1] ?? ''
    if (!gone.has(name) || still.has(name)) return []
    const place = { path: file.new.text.path, side: 'new', line: number, test: null } as const
    return [
      {
        ...({ answer: 'question', kind: 'subject_mocked', severity: 'medium', ...place } as const),
        before: quote(`${name} was imported`),
        because: `\`${name}\` is defined by the test itself now, and no rule can tell whether that was to be tested.`,
      },
    ]
  })
}
