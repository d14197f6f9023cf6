import type { SideLine } from '../side-text.ts'
import type { ConfigurationText, ScriptLine } from './entry.ts'
import { readBraces } from './read-braces.ts'
import { readRecipes, readShell } from './read-recipes.ts'
import { readSections } from './read-sections.ts'
import { readXml } from './read-xml.ts'
import { readYaml } from './read-yaml.ts'

/** What a file of configuration is about: its tool, or the kind of its tools. */
export type Area =
  | 'pipeline'
  | 'commands'
  | 'package'
  | 'runner'
  | 'coverage'
  | 'lint'
  | 'types'
  | 'build'
  | 'protection'
  | 'helper'

export interface FileFormat {
  readonly area: Area
  readonly read: (lines: readonly SideLine[]) => ConfigurationText
}

const formats: readonly (readonly [RegExp, Area, FileFormat['read']])[] = [
  [/(?:^|\/)\.github\/(?:workflows\/[^/]+|actions\/.+)\.ya?ml$/, 'pipeline', readYaml],
  [
    /(?:^|\/)(?:\.gitlab-ci|[\w.-]+\.gitlab-ci|azure-pipelines[\w.-]*|\.travis|\.?appveyor|bitbucket-pipelines|\.drone|\.woodpecker|\.cirrus|cloudbuild|codefresh|wercker|\.semaphore\/\w+|\.gitlab\/.+|\.woodpecker\/.+|\.buildkite\/.+|\.circleci\/.+|\.azure\/.+|\.ci\/.+|pipelines\/.+)\.ya?ml$/,
    'pipeline',
    readYaml,
  ],
  [
    /(?:^|\/)(?:\.pre-commit-config|\.?lefthook|\.overcommit|[Tt]askfile[\w.-]*)\.ya?ml$/,
    'commands',
    readYaml,
  ],
  [
    /(?:^|\/)\.?codecov\.ya?ml$|(?:^|\/)\.coveralls\.ya?ml$|(?:^|\/)\.?testcoverage\.ya?ml$/,
    'coverage',
    readYaml,
  ],
  [
    /(?:^|\/)(?:\.mergify|\.kodiak|bors)\.(?:ya?ml|toml)$|(?:^|\/)\.github\/(?:settings|mergify|rulesets?\/.+)\.(?:ya?ml|json)$/,
    'protection',
    readAny,
  ],
  [/(?:^|\/)(?:\.mocharc|\.nycrc|\.c8rc|\.jestrc|\.rspec|\.taprc|\.ava)[\w.]*$/, 'runner', readAny],
  [
    /(?:^|\/)(?:\.golangci|\.eslintrc|\.rubocop\w*|\.?detekt[\w-]*|\.swiftlint|\.?yamllint\w*|\.?markdownlint\w*|\.stylelintrc|\.reek|\.hadolint|\.scss-lint|\.sqlfluff|\.ansible-lint|\.prospector|\.pylintrc|analysis_options|\.clang-tidy|\.oxlintrc|\.jshintrc|\.?tflint|\.?bandit|\.semgrep\w*|\.spectral|\.haml-lint|credo|\.credo|slim-lint)(?:\.(?:ya?ml|json|jsonc|toml|exs|hcl|cfg|js|cjs|mjs))?$/,
    'lint',
    readAny,
  ],
  [
    /(?:^|\/)(?:biome|tslint|cspell|\.cspell|stylelint|oxlint|knip|\.remarkrc|\.prettierrc)\.jsonc?$/,
    'lint',
    readBraces,
  ],
  [
    /(?:^|\/)(?:tsconfig|jsconfig)[\w.-]*\.json$|(?:^|\/)pyrightconfig\.json$|(?:^|\/)\.flowconfig$/,
    'types',
    readBraces,
  ],
  [/(?:^|\/)(?:package|composer|deno|project|nx|turbo)\.jsonc?$/, 'package', readPackage],
  [
    /(?:^|\/)(?:jest|vitest|playwright|cypress|karma|wdio|protractor|ava|nightwatch|codecept|stryker|web-test-runner|vite|testcafe|mocha|tap|cucumber)[\w.-]*\.(?:config|conf|workspace|projects|shared)[\w.-]*\.?(?:[cm]?[jt]s|json)$|(?:^|\/)(?:cypress|jest|stryker)[\w.]*\.json$|(?:^|\/)karma\.conf\.\w+$/,
    'runner',
    readBraces,
  ],
  [
    /(?:^|\/)(?:eslint|stylelint|commitlint|knip|prettier|\.dependency-cruiser|oxlint)[\w.-]*\.(?:config\.)?[cm]?[jt]s$|(?:^|\/)\.eslintrc\.[cm]?js$/,
    'lint',
    readBraces,
  ],
  [
    /(?:^|\/)(?:pytest|\.pytest|tox)\.(?:ini|toml)$|(?:^|\/)(?:nextest|\.config\/nextest|bunfig)\.toml$/,
    'runner',
    readSectionsWithScripts,
  ],
  [/(?:^|\/)\.?coveragerc$|(?:^|\/)tarpaulin\.toml$/, 'coverage', readSections],
  [
    /(?:^|\/)\.?mypy\.ini$|(?:^|\/)(?:ty|pyre)\.toml$|(?:^|\/)phpstan[\w.-]*\.neon(?:\.dist)?$/,
    'types',
    readAny,
  ],
  [
    /(?:^|\/)(?:\.flake8|\.?pylintrc|\.isort\.cfg|\.?bandit|\.pydocstyle|\.codespellrc|\.pycodestyle|\.?ruff\.toml|\.?clippy\.toml|deny\.toml|\.?typos\.toml|\.?_?typos\.toml|selene\.toml|\.editorconfig)$/,
    'lint',
    readSections,
  ],
  [
    /(?:^|\/)(?:pyproject|Cargo|setup|Pipfile)\.(?:toml|cfg)$|(?:^|\/)\.cargo\/config(?:\.toml)?$|(?:^|\/)sonar-project\.properties$|(?:^|\/)gradle\.properties$/,
    'build',
    readSectionsWithScripts,
  ],
  [/(?:^|\/)(?:GNU)?[Mm]akefile(?:\.\w+)?$|\.mk$|(?:^|\/)\.?[Jj]ustfile$/, 'commands', readRecipes],
  [
    /\.(?:sh|bash|zsh|ps1)$|(?:^|\/)\.husky\/[^/]+$|(?:^|\/)(?:scripts?|bin|ci|hack)\/(?:\w*test\w*|ci\w*|check\w*|lint\w*)$/,
    'commands',
    readShell,
  ],
  [
    /(?:^|\/)(?:Jenkinsfile(?:\.\w+)?|\w+\.jenkinsfile|Rakefile|noxfile\.py|tasks\.py|dodo\.py|fabfile\.py|Earthfile|[\w.-]*Dockerfile[\w.-]*|magefile\.go)$/,
    'commands',
    readCalls,
  ],
  [
    /(?:^|\/)(?:pom|build|testng[\w-]*|checkstyle[\w-]*|pmd[\w-]*|ruleset[\w-]*|spotbugs[\w-]*|findbugs[\w-]*|phpunit|phpcs|psalm|phpmd|lint|lint-baseline|suppressions)\.xml(?:\.dist)?$|\.(?:csproj|fsproj|vbproj|props|targets|runsettings)$/,
    'build',
    readXml,
  ],
  [/(?:^|\/)(?:conftest\.py|(?:spec|test|rails)_helper\.rb|\.simplecov)$/, 'helper', readBraces],
  [
    /\.gradle(?:\.kts)?$|(?:^|\/)build\.sbt$|(?:^|\/)mix\.exs$|(?:^|\/)BUILD(?:\.bazel)?$|\.nix$|(?:^|\/)CMakeLists\.txt$|\.bazelrc$/,
    'build',
    readBuild,
  ],
]

/** How to read a file as configuration of checks; null for any other file. */
export function findFormat(path: string): FileFormat | null {
  const found = formats.find(([pattern]) => pattern.test(path))
  return found === undefined ? null : { area: found[1], read: found[2] }
}

/** Reads a file whose name does not tell its format: YAML, JSON or sections. */
function readAny(lines: readonly SideLine[]): ConfigurationText {
  const texts = lines.map(({ text }) => text)
  const count = (pattern: RegExp) => texts.filter((text) => pattern.test(text)).length
  if (count(/^\s*["'][^"']+["']\s*:|^\s*[{}\]],?\s*$|^\s*\w+\s*:.*,\s*$/) > texts.length / 3)
    return readBraces(lines)
  if (count(/^\s*[\w-]+\s*=|^\[[\w.:-]+\]\s*$/) > 0) return readSections(lines)
  return readYaml(lines)
}

/** The scripts of a package are what its commands run. */
function readPackage(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readBraces(lines)
  const scripts = entries.flatMap(
    ({ key, value, line, changed, blocks }): readonly ScriptLine[] => {
      const known = blocks.some((block) => /^(?:scripts|tasks|targets)$/.test(block.key))
      const isOther = blocks.some(
        (block) => !/^(?:-|scripts|tasks|targets|command|options)$/.test(block.key) && !known,
      )
      if (isOther || (!known && !/\s|^(?:jest|vitest|mocha|ava|tsc|eslint)$/.test(value))) return []
      const block = { key, line, changed, indent: 0 }
      return [{ text: value, line, changed, blocks: [...blocks, block], ignored: false }]
    },
  )
  return { entries, scripts }
}

/** Values that hold the arguments of a command. */
const argumentKeys = /^(?:addopts|pytest_addopts|args|extra_args|test-args)$/i

function readSectionsWithScripts(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readSections(lines)
  return { entries, scripts: entries.flatMap(readCommandEntry) }
}

/** The commands of tox and of similar tools, and options that are always given to a command. */
function readCommandEntry(entry: ConfigurationText['entries'][number]): readonly ScriptLine[] {
  const { key, value, line, changed, blocks } = entry
  const owner = key === '' ? (blocks.at(-1)?.key ?? '') : key
  const at = { line, changed, blocks }
  if (argumentKeys.test(owner)) return [{ text: `pytest ${value}`, ...at, ignored: false }]
  const isCommand =
    /^(?:commands\w*|cmd|shell|script|test|lint|check)$/.test(owner) ||
    blocks.some((block) => /^(?:scripts|tasks|poe|taskipy|aliases?|alias)$/.test(block.key))
  if (!isCommand || value === '') return []
  // tox ignores the failure of a command that begins with a hyphen.
  const [, mark = '', text = ''] = /^(-\s+)?(.*)$/s.exec(value) ?? []
  return [{ text: text.replace(/^\[|\]$/g, ''), ...at, ignored: mark !== '' }]
}

const callPattern =
  /(?:session\.run|session\.run_always|\w+\.run|\bsh|\bbat|\bpwsh|\bsystem|\bexec|sh\.RunV?|subprocess\.\w+)\s*[( ]\s*\[?(?:script:\s*)?(["'].*)$/

/** Programs that run commands: each line, and the texts that a call gives to a shell. */
function readCalls(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readBraces(lines)
  const scripts = lines.flatMap(({ text, number, changed }): readonly ScriptLine[] => {
    if (/^\s*(?:#|\/\/|$)/.test(text)) return []
    const [, call] = callPattern.exec(text) ?? []
    const words = call
      ?.match(/"[^"]*"|'[^']*'/g)
      ?.map((word) => word.slice(1, -1))
      .join(' ')
    const line = words ?? text.replace(/^\s*RUN(?:\s+--\S+)*\s+/, '')
    return [{ text: line, line: number, changed, blocks: [], ignored: false }]
  })
  return { entries, scripts }
}

/** Build files are read as nested keys; Bazel's options and CMake's tests are like commands. */
function readBuild(lines: readonly SideLine[]): ConfigurationText {
  const scripts = lines.flatMap(({ text, number, changed }): readonly ScriptLine[] => {
    const at = { line: number, changed, blocks: [], ignored: false }
    const [, test] =
      /^\s*((?:add_test|gtest_discover_tests|catch_discover_tests)\b.*|enable_testing\(\)|add_subdirectory\(tests?\))/i.exec(
        text,
      ) ?? []
    if (test !== undefined) return [{ text: `ctest ${test.replace(/[()]/g, ' ')}`, ...at }]
    const isOptions = /^\s*(?:test|build)(?::\w+)?\s+--/.test(text)
    return isOptions ? [{ text: text.replace(/^\s*\S+\s+/, ''), ...at }] : []
  })
  return { entries: readBraces(lines).entries, scripts }
}
