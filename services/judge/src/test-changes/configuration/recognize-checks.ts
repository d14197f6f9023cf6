import type { Word } from './split-commands.ts'

export type CheckCategory = 'test' | 'lint' | 'types' | 'coverage' | 'check'

/** A command that checks something. */
export interface KnownCheck {
  /** What runs, such as `pytest`, `go test` or `script:lint`. */
  readonly tool: string
  readonly category: CheckCategory
  /** The ecosystem of the tool: another one of it may take its place; `any` for a script. */
  readonly family: string
  /** The words behind the tool. */
  readonly args: readonly Word[]
}

/** Commands by their beginning: the pattern, what it checks, and its ecosystem. */
const tools: readonly (readonly [RegExp, CheckCategory, string])[] = [
  [
    /^(?:jest|vitest|mocha|ava|tap|tape|karma|jasmine|wdio|testcafe|uvu|qunit|tsd|newman|wtr|web-test-runner|test-storybook|cypress run|playwright test|react-scripts test|ng (?:test|e2e)|vue-cli-service test\S*|node (?:--\S+ )*--test|bun test|deno test|start-server-and-test|lhci)(?= |$)/,
    'test',
    'js',
  ],
  [/^(?:tsc|vue-tsc|tsgo|flow(?: check)?|glint|svelte-check|attw)(?= |$)/, 'types', 'js'],
  [
    /^(?:eslint|biome(?: \w+)?|oxlint|tslint|standard|xo|stylelint|prettier|dprint check|knip|depcheck|madge|depcruise|publint|markdownlint(?:-cli2)?|deno lint|deno fmt --check|ng lint|(?:npm|pnpm|yarn)(?: npm)? audit|audit-ci|size-limit|commitlint|cspell|next lint)(?= |$)/,
    'lint',
    'js',
  ],
  [/^(?:nyc|c8|codecov|coveralls)(?= |$)/, 'coverage', 'js'],
  [
    /^(?:pytest|py\.test|unittest|nose2?|nosetests|tox|nox|behave|robot|pytest-\w+|manage\.py test|django-admin test|hypothesis|trial|green|ward|locust)(?= |$)/,
    'test',
    'py',
  ],
  [/^(?:mypy|pyright|basedpyright|pyre|pytype|ty check|dmypy(?: \w+)?)(?= |$)/, 'types', 'py'],
  [
    /^(?:ruff(?: (?:check|format))?|flake8|pylint|black|isort|bandit|pycodestyle|pydocstyle|vulture|pyflakes|autoflake|pip-audit|safety(?: check)?|interrogate|docformatter|import-linter|lint-imports|deptry|yamllint|djlint|twine check)(?= |$)/,
    'lint',
    'py',
  ],
  [/^(?:coverage report|diff-cover|codecov)(?= |$)/, 'coverage', 'py'],
  [/^(?:go test|gotestsum|ginkgo|richgo test|courtney|gotest)(?= |$)/, 'test', 'go'],
  [
    /^(?:go vet|golangci-lint(?: run)?|staticcheck|gofmt|gofumpt|goimports|revive|errcheck|gosec|govulncheck|nilaway|go mod verify)(?= |$)/,
    'lint',
    'go',
  ],
  [/^(?:go tool cover|go-test-coverage|gocov)(?= |$)/, 'coverage', 'go'],
  [
    /^cargo (?:test|nextest(?: run)?|miri(?: test)?|hack(?: test)?|insta test|careful|mutants|fuzz|bench)(?= |$)/,
    'test',
    'rust',
  ],
  [/^cargo (?:check|minimal-versions check|msrv verify)(?= |$)/, 'types', 'rust'],
  [
    /^(?:cargo (?:clippy|fmt|deny|audit|udeps|machete|semver-checks|vet|public-api|spellcheck|hack(?: \S+)?)|rustfmt|typos)(?= |$)/,
    'lint',
    'rust',
  ],
  [/^cargo (?:llvm-cov|tarpaulin)(?= |$)/, 'coverage', 'rust'],
  [/^(?:rspec|cucumber|rake (?:test|spec)\S*|rails test\S*|minitest|m)(?= |$)/, 'test', 'ruby'],
  [/^(?:rubocop|standardrb|brakeman|reek|bundle-audit|erblint|fasterer)(?= |$)/, 'lint', 'ruby'],
  [/^(?:srb tc|steep check|rbs validate)(?= |$)/, 'types', 'ruby'],
  [
    /^(?:\S*\/)?(?:phpunit|pest|codecept run|behat|paratest|infection|artisan test)(?= |$)/,
    'test',
    'php',
  ],
  [/^(?:\S*\/)?(?:phpstan|psalm)(?= |$)/, 'types', 'php'],
  [/^(?:\S*\/)?(?:phpcs|php-cs-fixer|pint|rector|phpmd|composer validate)(?= |$)/, 'lint', 'php'],
  [/^(?:dotnet test|dotnet vstest|vstest\S*|nunit3-console)(?= |$)/, 'test', 'net'],
  [/^dotnet format(?= |$)/, 'lint', 'net'],
  [/^(?:swift test|xcodebuild (?:\S+ )*test|fastlane (?:test|scan))(?= |$)/, 'test', 'swift'],
  [/^(?:swiftlint|swiftformat)(?= |$)/, 'lint', 'swift'],
  [/^mix test(?= |$)/, 'test', 'elixir'],
  [/^mix (?:credo|dialyzer|format|sobelow|compile)(?= |$)/, 'lint', 'elixir'],
  [/^(?:ctest|meson test|ninja test|bats|shellspec|zig build test|zig test)(?= |$)/, 'test', 'cpp'],
  [
    /^(?:clang-tidy|cppcheck|clang-format|cpplint|shellcheck|shfmt|hadolint|actionlint|zizmor|codespell|semgrep|trivy|snyk|checkov|tflint|tfsec|kube-linter|kubeconform|helm lint|buf (?:lint|breaking)|sqlfluff|pre-commit|prek|lefthook|gitleaks|vale|lychee|licensecheck|reuse lint|ansible-lint|spectral|redocly)(?= |$)/,
    'lint',
    'any',
  ],
  [/^(?:bazel|bazelisk) (?:test|coverage)(?= |$)/, 'test', 'any'],
  [/^(?:flutter|dart) test(?= |$)/, 'test', 'dart'],
  [/^(?:flutter|dart) analyze(?= |$)/, 'lint', 'dart'],
  [/^(?:sbt|lein|stack|cabal) (?:\S+ )*['"]?test\S*(?= |$)/, 'test', 'jvm'],
  [
    /^(?:helm unittest|conftest|opa test|terraform (?:validate|test)|molecule test|k6|nix flake check|goss)(?= |$)/,
    'test',
    'any',
  ],
]

/** Recognizes what a command checks; none if it checks nothing that is known by its name. */
export function recognizeChecks(words: readonly Word[]): readonly KnownCheck[] {
  const rest = stripWrappers(words)
  const [first] = rest
  if (first === undefined) return []
  const text = rest.map((word) => word.text).join(' ')
  for (const [pattern, category, family] of tools) {
    const [tool] = pattern.exec(text) ?? []
    if (tool === undefined) continue
    const name = tool.replace(/^\S*\//, '')
    if (!isChecking(name, text)) return []
    return [{ tool: name, category, family, args: rest.slice(tool.split(' ').length) }]
  }
  return recognizeScripts(first.text, rest)
}

/** Formatters check only with a flag, and a run that repairs, watches or waits for a person does not. */
const formatters = /^(?:prettier|black|isort|gofmt|gofumpt|goimports|rustfmt|clang-format|shfmt)$/
const formatting = /^(?:cargo fmt|ruff format|biome format|dotnet format|swiftformat|mix format)$/
const checkFlag =
  /\s(?:--check\S*|-c|-l|-d|--diff|--list-different|--dry-run|--verify\S*|--lint|-Werror|--Werror|--set-exit-if-changed|-n)\b/
const noCheckFlag =
  /\s--(?:fix\S*|write|watch\w*|ui|init|version|help|inspect\S*|debug|headed|in-place|apply\S*|install\S*|emit\S*)(?:\s|$)/

function isChecking(tool: string, text: string): boolean {
  if (noCheckFlag.test(text)) return false
  return !(formatters.test(tool) || formatting.test(tool)) || checkFlag.test(text)
}

/** Words that run the command behind them, and the number of words they take. */
const wrappers: readonly (readonly [RegExp, number])[] = [
  [/^(?:[A-Za-z_]\w*|\$env:\w+)=/, 1],
  [/^(?:sudo|time|exec|command|nice|env|npx|bunx|pnpx|uvx|cross-env|ionice|stdbuf|@)$/, 1],
  [/^(?:--yes|-y|--no-install|--|-e|-a|--auto-servernum|--quiet|-q)$/, 1],
  [/^(?:poetry|pipenv|pdm|rye|hatch|bundle|uv|pixi|mise|bun|pnpm|yarn) (?:run|exec|dlx|x)$/, 2],
  [/^(?:pipx|docker-compose|nvm) (?:run|exec)$/, 2],
  [/^(?:python[\d.]*|py|\$\(PYTHON\)|\$\{?PYTHON\}?|\S*\/python[\d.]*) -m$/, 2],
  [/^coverage run$/, 2],
  [/^(?:python[\d.]*) (?:-\w+|manage\.py)$/, 1],
  [/^(?:timeout|nice) \S+$/, 2],
  [/^xvfb-run$/, 1],
  [/^(?:-m|-p|--parallel-mode|--branch|--source=\S+|--frozen|--locked|--no-sync|--all-extras)$/, 1],
  [/^(?:--extra|--group|--with|--python|--package) \S+$/, 2],
]

function stripWrappers(words: readonly Word[]): readonly Word[] {
  let rest = words
  for (let count = 0; count < words.length; count++) {
    const [first, second] = rest
    if (first === undefined) return rest
    const one = first.text.replace(/^@/, '')
    const two = `${one} ${second?.text ?? ''}`
    const found = wrappers.find(([pattern, size]) => pattern.test(size === 1 ? one : two))
    const isManagePy = two === 'python manage.py' || two === 'python3 manage.py'
    if (found === undefined && !isManagePy) break
    // `pnpm run lint` names a script of the package, and no program.
    if (/^(?:pnpm|yarn|bun) run$/.test(two)) break
    rest = rest.slice(found?.[1] ?? 1)
  }
  const [first, ...others] = rest
  const inContainer = /^(?:docker|podman|docker-compose|nix|nix-shell|devcontainer|retry)$/
  if (first !== undefined && inContainer.test(first.text)) {
    const at = others.findIndex((_, index) => {
      const text = others
        .slice(index)
        .map((word) => word.text)
        .join(' ')
      return tools.some(([pattern]) => pattern.test(text))
    })
    if (at !== -1) return others.slice(at)
  }
  return rest
}

const managers = /^(?:npm|pnpm|yarn|bun|deno|composer)$/
const runners =
  /^(?:make|gmake|just|task|invoke|inv|rake|mage|ant|turbo|nx|lerna|moon|npm-run-all|run-s|run-p|cmake|\$\(MAKE\)|xtask|mix)$/
const maven = /^(?:\S*\/)?(?:mvnw?|mvnd)(?:\.cmd)?$/
const mavenPhase = /^(?:test|package|integration-test|verify|install|deploy|\S*:(?:test|verify))$/
const gradle = /^(?:\S*\/)?gradlew?(?:\.bat)?$/
const interpreters =
  /^(?:bash|sh|zsh|python[\d.]*|node|ruby|perl|pwsh|tsx|ts-node|php|go run|cargo)$/

function recognizeScripts(command: string, words: readonly Word[]): readonly KnownCheck[] {
  if (managers.test(command)) {
    const names = skipManagerWords(words.slice(1))
    const [name, ...args] = names
    if (name === undefined || name.text.startsWith('-')) return []
    const direct = names.map((word) => word.text).join(' ')
    if (tools.some(([pattern]) => pattern.test(direct))) return recognizeChecks(names)
    return toScriptCheck(name.text === 't' ? 'test' : name.text, args)
  }
  if (maven.test(command))
    return words.some(({ text }) => mavenPhase.test(text))
      ? [{ tool: 'mvn', category: 'test', family: 'jvm', args: words.slice(1) }]
      : []
  if (gradle.test(command)) return recognizeTasks(words.slice(1))
  if (runners.test(command)) {
    const args = words.slice(1)
    return args
      .filter(
        ({ text }) => /^[\w:./-]+$/.test(text) && !/^(?:-|run$|run-many$|affected$)/.test(text),
      )
      .flatMap((word) =>
        toScriptCheck(
          word.text,
          args.filter((other) => other !== word),
        ),
      )
  }
  const at = interpreters.test(command) ? 1 : 0
  const script = words.slice(at).find(({ text }) => !text.startsWith('-'))
  if (
    script === undefined ||
    !/^\.{0,2}\/|\.(?:sh|bash|py|[cm]?[jt]s|rb|ps1|pl)$/.test(script.text)
  )
    return []
  return toScriptCheck(script.text, words.slice(words.indexOf(script) + 1))
}

/** Each task of Gradle that checks something is a check of its own; `build` includes `check`. */
function recognizeTasks(words: readonly Word[]): readonly KnownCheck[] {
  return words.flatMap((word, index) => {
    const isValue = /^(?:-x|--exclude-task|-p|--tests|-I|-b|-c|--project-dir)$/.test(
      words[index - 1]?.text ?? '',
    )
    const task = word.text.replace(/^.*:/, '')
    if (isValue || word.text.startsWith('-')) return []
    const spaced = task.replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    const category = task === 'build' ? 'check' : categorizeName(spaced)
    if (category === null) return []
    const args = words.filter((other) => other !== word)
    return [{ tool: `gradle:${word.text}`, category, family: 'jvm', args }]
  })
}

/** Skips `run`, `workspace x`, and flags with their values between the manager and the script. */
function skipManagerWords(words: readonly Word[]): readonly Word[] {
  let at = 0
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? ''
    if (/^(?:workspace|--prefix|--filter|-F|-C|--cwd|--dir|-w|--workspace)$/.test(text)) at += 1
    else if (!/^(?:run|run-script|workspaces|foreach|exec|-\S*)$/.test(text)) break
  }
  return words.slice(at)
}

function toScriptCheck(name: string, args: readonly Word[]): readonly KnownCheck[] {
  const category = categorizeName(name)
  return category === null ? [] : [{ tool: `script:${name}`, category, family: 'any', args }]
}

const part = (words: string): RegExp => new RegExp(`(?:^|[-_:./ ])(?:${words})(?:[-_:./ ]|$)`, 'i')
const testName = part(
  'tests?|testing|e2e|specs?|unit|unittests?|integration|smoke|acceptance|regression|functional|conformance|selftest|pytest|jest|vitest|cypress|playwright|phpunit|rspec|[a-z]*Test|integrationTests?|tck|fuzz|race|\\w+tests?',
)
const lintName = part(
  'lint|linting|linters?|lints|format|fmt|style|prettier|eslint|ruff|flake8|rubocop|codespell|audit|security|shellcheck|golangci|detekt|ktlint\\w*|spotless\\w*|checkstyle\\w*|pmd\\w*|spotbugs\\w*|vet|clippy|static-?analysis|codeql|sast|pre-?commit|licen[cs]es?',
)
const typesName = part(
  'typecheck|type-?check(?:er|ing)?|types|tsc|mypy|pyright|check-?types|phpstan',
)
const coverageName = part('coverage|cov|jacoco\\w*|kover\\w*|codecov')
const checkName = part('checks?|verify|validate|validation|qa|quality')
const noCheck =
  /(?:^|[-_:./ ])(?:watch|clean|deps|results?|reports?|upload|setup|prepare|fixtures|data|image|images|publish|deploy|release|update|generate|fix|write|serve|docs?|notify|cache|artifacts?)(?:[-_:./ ]|$)/i

/** What a script, target, task, job or step with this name checks; null if nothing. */
export function categorizeName(name: string): CheckCategory | null {
  if (noCheck.test(name)) return null
  if (typesName.test(name)) return 'types'
  if (coverageName.test(name)) return 'coverage'
  if (lintName.test(name)) return 'lint'
  if (testName.test(name)) return 'test'
  return checkName.test(name) ? 'check' : null
}
