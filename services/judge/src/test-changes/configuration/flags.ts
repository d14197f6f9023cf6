import type { Word } from './split-commands.ts'

/** What a flag does to a check. */
export type FlagMeaning =
  /** Runs only a part of it; more or another value is looser. */
  | 'deselects'
  /** Lets it pass although it found something. */
  | 'tolerates'
  | 'retries'
  /** Accepts what it finds as the new expectation. */
  | 'updates'
  /** Demands more than without it; a higher number demands more. */
  | 'demands'
  /** Allows up to a number of findings. */
  | 'allows'
  | 'silences'

export interface Flag {
  readonly name: string
  readonly value: string | null
  readonly meaning: FlagMeaning
  readonly word: Word
}

/** The names of flags, by what they mean, for every tool or for those that match. */
const meanings: readonly (readonly [FlagMeaning, RegExp, RegExp?])[] = [
  ['deselects', /^--(?:ignore-glob|deselect|ignore)$/, /flags/],
  [
    'deselects',
    /^(?:-k|-m|--ignore(?:-glob)?|--deselect|--lf|--last-failed|--ff|--sw)$/,
    /pytest|py\.test|tox|nox|unittest/,
  ],
  ['deselects', /^-?-(?:run|skip|short|test\.(?:run|skip|short))$/, /^go |gotest|script|flags/],
  ['deselects', /^--(?:focus|skip|focus-file|skip-file|label-filter)$/, /ginkgo|script|flags/],
  ['deselects', /^(?:--skip|--exact|--lib|--bins?|--test|--doc|-E|--exclude)$/, /cargo|flags/],
  [
    'deselects',
    /^--?(?:testPathIgnorePatterns|testPathPatterns?|testNamePattern|t|grep|g|fgrep|f|invert|i|exclude|onlyChanged|o|changed|changedSince|findRelatedTests|project|bail-out|spec|shard-only|tag|tags)$/,
    /jest|vitest|mocha|playwright|cypress|react-scripts|ava|node|bun|deno|^script|flags/,
  ],
  ['deselects', /^-D(?:test|it\.test|groups|excludedGroups|excludes|surefire\.excludes)$/],
  ['deselects', /^-D(?:skip\S*|maven\.test\.skip|\S+\.skip|no\S*Tests?)$/],
  ['deselects', /^(?:-x|--exclude-task|--tests)$/, /gradle/],
  ['deselects', /^-P(?:skip\S*|no\S*Tests?|exclude\S*)$/],
  ['deselects', /^(?:--filter|--testcase|--test-tag-filters|--test_filter|--test_tag_filters)$/],
  ['deselects', /^(?:-R|-E|-L|-LE|--exclude-regex|--label-exclude)$/, /ctest/],
  ['deselects', /^--(?:exclude-tags?|exclude-group|exclude-testsuite|group|only|tag|example)$/],
  [
    'deselects',
    /^--(?:skip|no|without|exclude)-[\w-]*(?:tests?|e2e|integration|slow|specs?|lint)$/,
  ],
  [
    'deselects',
    /^--(?:ignore-path|ignore-pattern|exclude|extend-exclude|force-exclude|skip-files|skip-dirs|disable|extend-ignore|disable-error-code|ignore|per-file-ignores|skip|skip-hook)$/,
  ],
  [
    'tolerates',
    /^--(?:passWithNoTests|pass-with-no-tests|allow-no-tests|exit-zero|no-error-on-unmatched-pattern|soft-fail|no-fail|warn-only|allow-failures?|ignore-failures|ignore-errors|continue-on-error|tolerate\S*|never-fail|nofail|no-strict\S*|follow-imports|ignore-missing-imports|allow-untyped\S*|skipLibCheck|no-verify|suppress-\S+|no-cov|no-coverage|no-warnings-as-errors|if-present)$/,
  ],
  [
    'tolerates',
    /^(?:-fn|--fail-never|-Dmaven\.test\.failure\.ignore|-DtestFailureIgnore|-DfailIfNoTests)$/,
  ],
  ['tolerates', /^--(?:issues-exit-code|exit-code|error-exitcode)$/],
  [
    'retries',
    /^--(?:reruns|retries|retry|max-retries|flaky-test-attempts|flaky_test_attempts|rerun-fails|test-retries|retry-times|max-reruns|force-flaky|repeat-until-pass)$/,
  ],
  ['retries', /^-D(?:surefire|failsafe)\.rerunFailingTestsCount$/],
  [
    'updates',
    /^(?:--update-?[sS]napshots?|--snapshot-update|--update-golden|-update|--update|--accept|--bless|--inline-snapshot=\S+|--ci=false)$/,
    /test|jest|vitest|playwright|cargo|ava|flags/,
  ],
  ['updates', /^-u$/, /jest|vitest|playwright|ava|script:test/],
  [
    'demands',
    /^--?(?:race|strict|strict-markers|strict-config|Werror|Wall|deny-warnings|check|forbid-only|forbidOnly|all-features|all-targets|workspace|all|tests|examples|benches|feature-powerset|doctest-modules|include-ignored|ignored|runslow|run-slow|integration|error-on-warnings|warnings-as-errors|fail-on-\S+|fail-under|cov-fail-under|min-coverage|coverage\.thresholds\.\w+|thresholds?\.\w+|check-coverage|lines|branches|functions|statements|max-diff|required|report-unused-disable-directives|locked|frozen-lockfile|diff|list-different|errors-only|ci|fatal-warnings|fatal-infos|set-exit-status|exit-non-zero-on-fix|show-fixes|enable-all|disallow-\S+|warn-\S+|check-untyped-defs|sanitize|asan|memcheck)$/,
  ],
  ['demands', /^-(?:race|Werror|D)$/, /^go |gotest|cargo|clippy|pytest|flags|script/],
  ['demands', /^-P(?:\S*[Ss]trict|warnings\S*)$/],
  [
    'allows',
    /^--?(?:max-warnings|max-complexity|max-issues|max-errors|maxfail-allowed|tolerance)$/,
  ],
  [
    'silences',
    /^(?:-W|--pythonwarnings|-A|--allow|--cap-lints|--disable-warnings|--disable-pytest-warnings|-p|--nowarn|-nowarn)$/,
    /pytest|py\.test|clippy|cargo|rustc|javac|flags|script|tox|unittest/,
  ],
]

/** Flags whose value is the next word, if it has none behind `=`. */
const takesNext = new RegExp(
  [
    '^(?:-[kmtgfERLxWADpnjcoC]|-LE|-I|-P',
    '--?(?:run|skip|f?grep|ignore\\S*|deselect|exclude\\S*|filter|test|spec|testPath\\S*|testName\\S*',
    'reruns|retries|retry|max-\\S+|\\S*fail-under|min-coverage|lines|branches|functions|statements',
    'tests|group|tags?|only|project|disable|extend-ignore|per-file-ignores|\\S*exit-code|focus',
    'label-filter|allow|cap-lints|coverage\\.\\S+|thresholds?\\.\\S+|timeout|skip-hook|ext|cov\\S*',
    'source|rcfile|junit\\S*|report\\S*|output\\S*|config\\S*|root\\S*|cwd|manifest-path|tsconfig',
    'format\\S*|cover\\S*|features?|target\\S*|shard|workers?|threads|jobs|env|dist|durations|tb|port))$',
  ].join('|'),
)
/** What a tool writes or is configured by, and does not check. */
const noTarget =
  /\.(?:xml|json|out|txt|html|log|info|lcov|toml|ini|cfg|ya?ml|config\.\w+)$|^\d+$|^[<>]|^2>/

export interface Arguments {
  readonly flags: readonly Flag[]
  /** Words that stand for what is checked: paths, packages, patterns. */
  readonly targets: readonly Word[]
}

/** Reads the flags that mean something to a check, and its targets. */
export function readArguments(tool: string, words: readonly Word[]): Arguments {
  const flags: Flag[] = []
  const targets: Word[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    const [, name = '', inline] = /^(-[^=]*)(?:=(.*))?$/s.exec(word.text) ?? []
    if (name === '' || name === '-' || name === '--') {
      if (name === '' && !noTarget.test(word.text)) targets.push(word)
      continue
    }
    const takes = inline === undefined && takesNext.test(name) && !isBoolean(tool, name)
    const next = takes ? words[at + 1] : undefined
    const hasNext = next !== undefined && !next.text.startsWith('-')
    if (hasNext) at += 1
    const value = unquoteWord(inline ?? (hasNext ? next.text : null))
    const meaning = value === 'error' && name === '-W' ? 'demands' : findMeaning(tool, name)
    if (meaning === null) continue
    flags.push({ name, value, meaning, word: hasNext && next.changed ? next : word })
  }
  return { flags: flags.filter((flag) => !isWithoutEffect(flag)), targets }
}

/** Flags that take a value in one tool and none in another. */
const isBoolean = (tool: string, name: string): boolean =>
  (name === '-o' && /jest|vitest/.test(tool)) ||
  (name === '-x' && !/gradle/.test(tool)) ||
  /^--?cover(?:age)?$/.test(name) ||
  (/^--(?:test|tests|all|check)$/.test(name) && tool === 'flags') ||
  (name === '--tests' && /cargo/.test(tool))

function findMeaning(tool: string, name: string): FlagMeaning | null {
  const found = meanings.find(
    ([, names, tools]) => names.test(name) && (tools === undefined || tools.test(tool)),
  )
  return found?.[0] ?? null
}

function isWithoutEffect({ name, value, meaning }: Flag): boolean {
  switch (meaning) {
    case 'tolerates':
      if (/exit-?code/.test(name)) return value !== '0'
      if (name === '--follow-imports') return value === 'normal' || value === 'error'
      return value === 'false'
    case 'deselects':
      if (/^-D(?:skip|maven)/.test(name)) return value === 'false'
      return (
        value !== null &&
        /^(?:\**\/?)?(?:node_modules|dist|build|target|vendor|\.venv)\b/.test(value)
      )
    case 'retries':
      return value === '0'
    case 'silences':
      // `-p` of pytest loads a plugin, or leaves one out.
      return name === '-p' && value !== 'no:warnings'
    case 'demands':
      return value === 'false'
    default:
      return false
  }
}

const unquoteWord = (text: string | null): string | null =>
  text === null ? null : text.replace(/^(["'])(.*)\1$/s, '$2')
