import type { SideLine } from '../side-text.ts'
import type { ConfigurationText } from './entry.ts'
import { readBraces } from './read-braces.ts'
import { readRecipes, readShell } from './read-recipes.ts'
import {
  readBuild,
  readCalls,
  readIgnoreList,
  readPackage,
  readSectionsWithScripts,
  readStagedCommands,
} from './read-scripted.ts'
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
  [
    /(?:^|\/)\.(?:eslintrc|stylelintrc|oxlintrc|prettierrc|jshintrc|dependency-cruiser)\.(?:jsonc?|[cm]?js)$/,
    'lint',
    readBraces,
  ],
  [/(?:^|\/)\.(?:mocharc|nycrc|c8rc|jestrc|taprc)\.(?:jsonc?|[cm]?js)$/, 'runner', readBraces],
  [
    /(?:^|\/)\.(?:eslint|stylelint|prettier|trivy|gitleaks|semgrep|markdownlint|oxlint|secretlint|nyc|bandit)ignore$/,
    'lint',
    readIgnoreList,
  ],
  [/(?:^|\/)\.?lint-?staged(?:rc)?[\w.]*$/, 'package', readStagedCommands],
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
