/** What a command does for the quality of a change. */
export type Activity = 'tests' | 'build' | 'lint' | 'types' | 'format'

const runners: readonly (readonly [Activity, RegExp])[] = [
  [
    'tests',
    /^(?:(?:npm|pnpm|yarn|bun)(?: -\S+(?: (?!run\b|test\b|t\b)\S+)?)*(?: run(?:-script)?)? (?:t|tst|test|tests|spec|e2e|vitest|jest)(?:[:\-_]\S+)?|npm it)\b/,
  ],
  [
    'tests',
    /^(?:\S*\/)?(?:vitest|jest|mocha|ava|tap|playwright test|cypress run|karma start|jasmine|c8|nyc)\b/,
  ],
  ['tests', /^node\b.* --test\b|^deno test\b|^bun test\b|^(?:\S*\/)?wtr\b/],
  [
    'tests',
    /^(?:\S*\/)?(?:pytest|py\.test|unittest|nose2?|tox|nox|behave|trial|stestr)\b|^python3? \S*manage\.py test\b|^python3? \S*(?:tests?)\.py\b/,
  ],
  ['tests', /^go test\b|^gotestsum\b|^ginkgo\b/],
  ['tests', /^cargo(?: \+\S+)? (?:test|t|nextest)\b/],
  [
    'tests',
    /^(?:\S*\/)?(?:mvnw?|mvnd)\b.*\b(?:test|verify|install|package)\b|^(?:\S*\/)?gradlew?\b.*\b(?:test\w*|check|\w+Test)\b/,
  ],
  [
    'tests',
    /^(?:\S*\/)?(?:rspec|minitest|phpunit|pest|ctest|bats|busted|prove|lein test|sbt test|mix test|swift test|flutter test|dart test|xcodebuild test|bazel(?:isk)? test|dotnet test|rake(?: \S+)* (?:test|spec)|rails test|rebar3 (?:eunit|ct)|zig build test|zig test|elm-test|stack test|cabal test|nx test|turbo(?: run)? test|lerna run test)\b/,
  ],
  [
    'tests',
    /^(?:make|just|task|ninja|mise run|hatch run|rake|invoke|earthly|pdm run|composer)\b.*(?:^|[\s:/_-])(?:tests?|check|spec|unit|e2e|ci)(?:$|[\s:_-])/,
  ],
  ['tests', /^(?:\.\/|bash |sh )?\S*(?:^|\/)(?:run[-_]?)?tests?(?:\.sh|\.py)?$/],
  [
    'types',
    /^(?:\S*\/)?(?:tsc|vue-tsc|mypy|pyright|basedpyright|pyre|sorbet|flow check|ty check)\b/,
  ],
  ['types', /^(?:npm|pnpm|yarn|bun)(?: run)? (?:type-?check|check[:-]types?|types?|tsc)\b/],
  ['types', /^cargo(?: \+\S+)? check\b/],
  [
    'lint',
    /^(?:\S*\/)?(?:eslint|biome (?:check|lint|ci)|oxlint|xo|standard|tslint|stylelint|ruff(?: check)?(?! format)|flake8|pylint|golangci-lint|staticcheck|revive|go vet|rubocop|shellcheck|hadolint|ktlint|detekt|checkstyle|phpcs|phpstan|psalm|credo|mix credo|swiftlint|clang-tidy|pre-commit)\b/,
  ],
  [
    'lint',
    /^cargo(?: \+\S+)? clippy\b|^(?:npm|pnpm|yarn|bun)(?: run)? (?:lint|check)(?:[:\-_]\S+)?\b/,
  ],
  ['lint', /^(?:make|just|task|rake)\b.*\blint\b/],
  [
    'build',
    /^(?:npm|pnpm|yarn|bun)(?: run)? (?:build|compile|bundle)(?:[:\-_]\S+)?\b|^(?:\S*\/)?(?:vite build|webpack|rollup|esbuild|next build|tsup|turbo(?: run)? build|nx build)\b/,
  ],
  [
    'build',
    /^go (?:build|install|vet)\b|^cargo(?: \+\S+)? (?:build|b|check)\b|^(?:\S*\/)?(?:mvnw?|mvnd)\b.*\b(?:compile|package|install|verify)\b/,
  ],
  [
    'build',
    /^(?:\S*\/)?gradlew?\b.*\b(?:build|assemble|compile\w*|check)\b|^(?:dotnet|swift|zig|bazel(?:isk)?|stack|cabal|flutter|docker|mix) (?:build|compile|publish)\b/,
  ],
  [
    'build',
    /^(?:make|ninja|cmake --build|xcodebuild|tsc|javac|gcc|g\+\+|clang)\b(?!.*\b(?:test|lint|clean|fmt|format)\b)/,
  ],
  [
    'format',
    /^(?:\S*\/)?(?:prettier|black|gofmt|rustfmt|isort|ktfmt|dprint|clang-format|ruff format|biome format)\b|^(?:cargo|go|mix|deno|dart) (?:fmt|format)\b/,
  ],
  ['format', /^(?:npm|pnpm|yarn|bun)(?: run)? (?:format|fmt|prettier)(?:[:\-_]\S+)?\b/],
]

/** Flags with which a program only tells about itself, or lists what it would do. */
const tellsOnly =
  /^(?:--version|--help|-h|--(?:collect-only|co|listTests|list-tests|list|no-run|dry-?run|showConfig|show-config|fixtures|markers|setup-plan|init)|-list|-c)(?:=|$)/

const onlyTells = ([program = '', ...rest]: readonly string[]): boolean =>
  rest.some(
    // Only for Go is `-c` a flag that compiles the tests without running them.
    (word) => tellsOnly.test(word) && (word !== '-c' || program === 'go'),
  )

/** What a simple command is for; empty: nothing of these. One command can serve several. */
export function listActivities(words: readonly string[]): readonly Activity[] {
  if (onlyTells(words)) return []
  const text = words.join(' ')
  return [
    ...new Set(runners.flatMap(([activity, pattern]) => (pattern.test(text) ? [activity] : []))),
  ]
}

/** Whether a command of a runner only runs a part: it names files, or a filter. */
export const isNarrow = (words: readonly string[]): boolean =>
  words
    .slice(1)
    .some(
      (word) =>
        /^(?:-k|-t|-m|-run|-g|--run|--grep|--filter|-f|--testNamePattern|--test-name-pattern|--tests|-p|--package|-Dtest=.*|--lib|--bin|--test)(?:=|$)/.test(
          word,
        ) ||
        /[^/.]\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|exs?|spec|feature)\b|::/.test(word) ||
        /^(?!\.\/\.\.\.$)(?:\.\/)?[\w@.-]+\/[\w@./-]+$/.test(word),
    )
