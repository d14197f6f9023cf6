import { expect, test } from 'vitest'
import { parseDiff } from '../../diff/parse-diff.ts'
import { readChange } from '../change-context.ts'
import { findConfigurationChanges } from './find-configuration-changes.ts'

/** One hunk of a file, as git writes it. */
function edit(path: string, lines: readonly string[]): string {
  const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? '')).length
  return [
    `diff --git a/${path} b/${path}`,
    'index 1111111..2222222 100644',
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -10,${count(' -')} +10,${count(' +')} @@`,
    ...lines,
    '',
  ].join('\n')
}

function add(path: string, lines: readonly string[]): string {
  return [
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    'index 0000000..2222222',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n')
}

function remove(path: string, lines: readonly string[]): string {
  return [
    `diff --git a/${path} b/${path}`,
    'deleted file mode 100644',
    'index 1111111..0000000',
    `--- a/${path}`,
    '+++ /dev/null',
    `@@ -1,${lines.length} +0,0 @@`,
    ...lines.map((line) => `-${line}`),
    '',
  ].join('\n')
}

const find = (text: string) => findConfigurationChanges(readChange(parseDiff(text), new Map()))
const list = (text: string) => find(text).map(({ answer, kind }) => `${answer} ${kind}`)

const workflow = '.github/workflows/ci.yml'
const step = (...lines: readonly string[]) => [
  '     steps:',
  '       - uses: actions/checkout@v5',
  ...lines,
]

test.each<readonly [string, string, readonly string[], string]>([
  // Commands
  [
    'a pipe into nothing',
    workflow,
    step('-      - run: npm test', '+      - run: npm test | cat'),
    'exit_code_ignored',
  ],
  [
    'a trap',
    'ci/all.sh',
    [' #!/bin/sh', "+trap 'exit 0' EXIT", ' set -e', ' pytest tests'],
    'exit_code_ignored',
  ],
  [
    'an outcome of tox',
    'tox.ini',
    [' [testenv]', '+ignore_outcome = true', ' commands = pytest'],
    'exit_code_ignored',
  ],
  [
    'the tests of a crate',
    'Cargo.toml',
    [' [lib]', ' name = "shop"', '+test = false'],
    'check_removed',
  ],
  ['warnings of a crate', 'src/lib.rs', ['-#![deny(warnings)]', ' pub mod cart;'], 'lint_loosened'],
  [
    'types of a script',
    'src/cart.js',
    ['-// @ts-check', ' export const size = 1'],
    'types_loosened',
  ],
  [
    'a name filter',
    workflow,
    step('-      - run: pytest -q', '+      - run: pytest -q -k "not slow"'),
    'deselected',
  ],
  [
    'a longer name filter',
    workflow,
    step('-      - run: pytest -k "not a"', '+      - run: pytest -k "not a and not b"'),
    'deselected',
  ],
  [
    'an ignored folder',
    'Makefile',
    [' test:', '-\tpytest', '+\tpytest --ignore=tests/api'],
    'deselected',
  ],
  [
    'one package of all',
    'Makefile',
    [' test:', '-\tgo test ./...', '+\tgo test ./internal/...'],
    'deselected',
  ],
  [
    'fewer paths',
    'Makefile',
    [' test:', '-\tpytest tests/a tests/b', '+\tpytest tests/a'],
    'deselected',
  ],
  [
    'skipped tests of Go',
    'Makefile',
    [' test:', '-\tgo test ./...', '+\tgo test -skip TestRace ./...'],
    'deselected',
  ],
  [
    'skipped tests of Rust',
    workflow,
    step(
      '-      - run: cargo test --workspace',
      '+      - run: cargo test --workspace -- --skip net',
    ),
    'deselected',
  ],
  [
    'skipped tests of Maven',
    workflow,
    step('-      - run: mvn -B verify', '+      - run: mvn -B verify -DskipTests'),
    'deselected',
  ],
  [
    'an excluded task of Gradle',
    workflow,
    step('-      - run: ./gradlew build', '+      - run: ./gradlew build -x test'),
    'deselected',
  ],
  [
    'a task of Gradle that checks nothing',
    workflow,
    step('-      - run: ./gradlew check', '+      - run: ./gradlew assemble'),
    'check_removed',
  ],
  [
    'a phase of Maven before the tests',
    workflow,
    step('-      - run: mvn -B verify', '+      - run: mvn -B compile'),
    'check_removed',
  ],
  [
    'a lost race detector',
    'Makefile',
    [' test:', '-\tgo test -race ./...', '+\tgo test ./...'],
    'check_removed',
  ],
  [
    '|| true',
    workflow,
    step('-      - run: npm test', '+      - run: npm test || true'),
    'exit_code_ignored',
  ],
  [
    '|| echo',
    workflow,
    step('-      - run: npm run lint', '+      - run: npm run lint || echo "lint failed"'),
    'exit_code_ignored',
  ],
  [
    '; exit 0',
    'package.json',
    ['   "scripts": {', '-    "test": "jest",', '+    "test": "jest; exit 0",', '     "x": "y"'],
    'exit_code_ignored',
  ],
  [
    'a hyphen before a recipe',
    'Makefile',
    [' test:', '-\tgo test ./...', '+\t-go test ./...'],
    'exit_code_ignored',
  ],
  [
    'a second try',
    workflow,
    step('-      - run: npm test', '+      - run: npm test || npm test'),
    'retry_added',
  ],
  [
    'reruns',
    'tox.ini',
    [' [testenv]', ' commands =', '-    pytest -q', '+    pytest -q --reruns 3'],
    'retry_added',
  ],
  [
    'no tests are fine',
    'package.json',
    [
      '   "scripts": {',
      '-    "test": "vitest run",',
      '+    "test": "vitest run --passWithNoTests",',
    ],
    'exit_code_ignored',
  ],
  [
    'a dropped command of a script',
    'package.json',
    ['   "scripts": {', '-    "test": "jest && playwright test",', '+    "test": "jest",'],
    'check_removed',
  ],
  [
    'a script that does nothing',
    'package.json',
    ['   "scripts": {', '-    "test": "jest",', '+    "test": "echo ok",'],
    'check_removed',
  ],
  [
    'a floor on the command line',
    'pyproject.toml',
    [
      ' [tool.pytest.ini_options]',
      '-addopts = "--cov-fail-under=90"',
      '+addopts = "--cov-fail-under=80"',
    ],
    'coverage_loosened',
  ],
  [
    'snapshots that are always accepted',
    workflow,
    step('-      - run: npx jest --ci', '+      - run: npx jest --ci -u'),
    'snapshot_rewritten',
  ],
  [
    'formatting instead of checking it',
    workflow,
    step('-      - run: black --check .', '+      - run: black .'),
    'check_removed',
  ],
  [
    'warnings of a linter that count no more',
    workflow,
    step('-      - run: npx eslint . --max-warnings 0', '+      - run: npx eslint .'),
    'lint_loosened',
  ],
  [
    'warnings of clippy that count no more',
    workflow,
    step('-      - run: cargo clippy -- -D warnings', '+      - run: cargo clippy'),
    'warnings_ignored',
  ],
  [
    'ignored warnings',
    workflow,
    step('-      - run: pytest', '+      - run: pytest -W ignore'),
    'warnings_ignored',
  ],
  [
    'set +e',
    'ci/all.sh',
    [' #!/bin/bash', '-set -euo pipefail', '+set +e', ' pytest', ' npm test'],
    'exit_code_ignored',
  ],
  [
    'exit 0 at the end',
    'scripts/check.sh',
    [' npm run lint', ' npm test', '+exit 0'],
    'exit_code_ignored',
  ],
  [
    'a failure that is only reported',
    'ci/check.sh',
    [' if ! diff -r a b; then', '   echo "differs"', '-  exit 1', ' fi', ' npm test'],
    'exit_code_ignored',
  ],
  // Pipelines
  [
    'continue-on-error',
    workflow,
    step('       - name: Unit tests', '+        continue-on-error: true', '         run: npm test'),
    'check_nonblocking',
  ],
  [
    'allow_failure',
    '.gitlab-ci.yml',
    [' unit:', '   stage: test', '+  allow_failure: true', '   script:', '     - npm test'],
    'check_nonblocking',
  ],
  [
    'if: false',
    workflow,
    step('       - name: Unit tests', '+        if: false', '         run: npm test'),
    'check_removed',
  ],
  [
    'a condition',
    workflow,
    step(
      '       - name: Unit tests',
      "+        if: github.event_name == 'push'",
      '         run: npm test',
    ),
    'deselected',
  ],
  [
    'a manual job',
    '.gitlab-ci.yml',
    [' unit:', '   stage: test', '+  when: manual', '   script:', '     - npm test'],
    'check_removed',
  ],
  [
    'a removed step',
    workflow,
    step('-      - name: Unit tests', '-        run: npm test', '       - run: npm run build'),
    'check_removed',
  ],
  [
    'a removed job',
    '.gitlab-ci.yml',
    [' build:', '   script: make', '-lint:', '-  script:', '-    - npm run lint'],
    'check_removed',
  ],
  [
    'a smaller matrix',
    workflow,
    [
      '     strategy:',
      '       matrix:',
      '-        os: [ubuntu-latest, windows-latest, macos-latest]',
      '+        os: [ubuntu-latest, macos-latest]',
      '     steps:',
    ],
    'check_removed',
  ],
  [
    'an excluded part of a matrix',
    workflow,
    [
      '     strategy:',
      '       matrix:',
      '         os: [ubuntu-latest, windows-latest]',
      '+        exclude:',
      '+          - os: windows-latest',
      '     steps:',
    ],
    'deselected',
  ],
  [
    'no pull requests',
    workflow,
    [
      ' on:',
      '   push:',
      '     branches: [main]',
      '-  pull_request:',
      '+  schedule:',
      "+    - cron: '0 3 * * *'",
      ' jobs:',
    ],
    'check_removed',
  ],
  [
    'ignored paths',
    workflow,
    [' on:', '   pull_request:', '+    paths-ignore:', "+      - 'packages/core/**'", ' jobs:'],
    'deselected',
  ],
  [
    'a job that is not required any more',
    workflow,
    [
      '   all-checks:',
      '-    needs: [lint, test]',
      '+    needs: [test]',
      '     runs-on: ubuntu-latest',
    ],
    'check_nonblocking',
  ],
  [
    'a step of CircleCI',
    '.circleci/config.yml',
    [
      '   test:',
      '     steps:',
      '       - checkout',
      '-      - run: npm test',
      '       - run: npm run build',
    ],
    'check_removed',
  ],
  [
    'a step of Azure',
    'azure-pipelines.yml',
    [' steps:', ' - script: npm test', '+  continueOnError: true', '   displayName: Test'],
    'check_nonblocking',
  ],
  [
    'a stage of Jenkins',
    'Jenkinsfile',
    [
      "     stage('Test') {",
      "-      steps { sh 'mvn verify' }",
      "+      steps { sh 'mvn verify -DskipTests' }",
      '     }',
    ],
    'deselected',
  ],
  [
    'a hook',
    '.pre-commit-config.yaml',
    [
      ' repos:',
      '   - repo: https://example.org/ruff',
      '     hooks:',
      '       - id: ruff',
      '-      - id: mypy',
    ],
    'check_removed',
  ],
  // Settings
  [
    'a lower floor',
    '.coveragerc',
    [' [report]', '-fail_under = 90', '+fail_under = 85'],
    'coverage_loosened',
  ],
  [
    'no floor',
    'pyproject.toml',
    [' [tool.coverage.report]', '-fail_under = 90', ' show_missing = true'],
    'coverage_loosened',
  ],
  [
    'lower thresholds',
    'vitest.config.ts',
    [
      '     coverage: {',
      '-      thresholds: { lines: 90, branches: 80 },',
      '+      thresholds: { lines: 80, branches: 80 },',
      '     },',
    ],
    'coverage_loosened',
  ],
  [
    'a lower floor in Gradle',
    'build.gradle',
    [
      ' jacocoTestCoverageVerification {',
      '   violationRules { rule { limit {',
      '-    minimum = 0.9',
      '+    minimum = 0.5',
      '   } } }',
    ],
    'coverage_loosened',
  ],
  [
    'a lower floor in a script',
    workflow,
    step('       - run: |', '-          MIN_COVERAGE=80', '+          MIN_COVERAGE=70'),
    'coverage_loosened',
  ],
  [
    'retries',
    'playwright.config.ts',
    [' export default defineConfig({', '-  retries: 0,', '+  retries: 2,', ' })'],
    'retry_added',
  ],
  [
    'retries of nextest',
    '.config/nextest.toml',
    [' [profile.default]', '+retries = 2'],
    'retry_added',
  ],
  [
    'an ignored pattern of tests',
    'jest.config.js',
    [' module.exports = {', '+  testPathIgnorePatterns: ["/api/"],', ' }'],
    'deselected',
  ],
  [
    'a narrower pattern',
    'vitest.config.ts',
    [
      '   test: {',
      "-    include: ['src/**/*.test.ts'],",
      "+    include: ['src/core/**/*.test.ts'],",
      '   },',
    ],
    'deselected',
  ],
  [
    'a removed folder of tests',
    'pytest.ini',
    [' [pytest]', '-testpaths = unit integration', '+testpaths = unit'],
    'deselected',
  ],
  [
    'ignored failures in Gradle',
    'build.gradle.kts',
    [' tasks.test {', '   useJUnitPlatform()', '+  ignoreFailures = true', ' }'],
    'exit_code_ignored',
  ],
  [
    'a disabled task in Gradle',
    'build.gradle',
    [' test {', '+  enabled = false', ' }'],
    'check_removed',
  ],
  [
    'excluded tags in Gradle',
    'build.gradle',
    [' test {', '-  useJUnitPlatform()', "+  useJUnitPlatform { excludeTags 'slow' }", ' }'],
    'deselected',
  ],
  [
    'skipped tests in Maven',
    'pom.xml',
    [' <properties>', '+  <skipTests>true</skipTests>', ' </properties>'],
    'check_removed',
  ],
  [
    'no failure on violations',
    'pom.xml',
    [
      '   <configuration>',
      '-    <failOnViolation>true</failOnViolation>',
      '+    <failOnViolation>false</failOnViolation>',
      '   </configuration>',
    ],
    'exit_code_ignored',
  ],
  [
    'strict off',
    'tsconfig.json',
    ['   "compilerOptions": {', '-    "strict": true,', '+    "strict": false,'],
    'types_loosened',
  ],
  [
    'excluded from types',
    'tsconfig.json',
    ['   "include": ["src"],', '+  "exclude": ["src/legacy"]'],
    'types_loosened',
  ],
  [
    'ignored errors of mypy',
    'mypy.ini',
    [' [mypy]', ' strict = true', '+[mypy-core.*]', '+ignore_errors = True'],
    'types_loosened',
  ],
  [
    'a weaker mode',
    'pyrightconfig.json',
    [' {', '-  "typeCheckingMode": "strict",', '+  "typeCheckingMode": "basic",'],
    'types_loosened',
  ],
  [
    'a rule off',
    '.eslintrc.json',
    ['   "rules": {', '-    "no-unused-vars": "error",', '+    "no-unused-vars": "off",'],
    'lint_loosened',
  ],
  [
    'a rule that only warns',
    'eslint.config.js',
    [
      '     rules: {',
      "-      'no-floating-promises': 'error',",
      "+      'no-floating-promises': 'warn',",
    ],
    'lint_loosened',
  ],
  [
    'a rule of biome',
    'biome.json',
    ['     "rules": {', '       "style": {', '+        "noNonNullAssertion": "off"', '       }'],
    'lint_loosened',
  ],
  [
    'ignored codes of ruff',
    'pyproject.toml',
    [' [tool.ruff.lint]', '-ignore = ["E501"]', '+ignore = ["E501", "F841"]'],
    'lint_loosened',
  ],
  [
    'fewer rules of ruff',
    'ruff.toml',
    [' [lint]', '-select = ["E", "F", "B"]', '+select = ["E", "F"]'],
    'lint_loosened',
  ],
  [
    'ignored codes of flake8',
    '.flake8',
    [' [flake8]', '-extend-ignore = E203', '+extend-ignore = E203, F401'],
    'lint_loosened',
  ],
  [
    'a removed linter',
    '.golangci.yml',
    [' linters:', '   enable:', '     - govet', '-    - errcheck'],
    'lint_loosened',
  ],
  [
    'an allowed lint of Cargo',
    'Cargo.toml',
    [' [lints.clippy]', '-unwrap_used = "deny"', '+unwrap_used = "allow"'],
    'lint_loosened',
  ],
  [
    'a disabled cop',
    '.rubocop.yml',
    [' Metrics/MethodLength:', '-  Enabled: true', '+  Enabled: false'],
    'lint_loosened',
  ],
  [
    'an inactive rule of detekt',
    'detekt.yml',
    [' complexity:', '   LongMethod:', '-    active: true', '+    active: false'],
    'lint_loosened',
  ],
  [
    'a higher limit',
    '.eslintrc.yml',
    [' rules:', '-  complexity: 10', '+  complexity: 40'],
    'lint_loosened',
  ],
  [
    'a status that only informs',
    'codecov.yml',
    ['   status:', '     patch:', '       default:', '+        informational: true'],
    'check_nonblocking',
  ],
  [
    'a lower target',
    'codecov.yml',
    [
      '   status:',
      '     project:',
      '       default:',
      '-        target: 90%',
      '+        target: 70%',
    ],
    'coverage_loosened',
  ],
  [
    'ignored warnings of pytest',
    'pytest.ini',
    [' [pytest]', ' filterwarnings =', '     error', '+    ignore::DeprecationWarning'],
    'warnings_ignored',
  ],
  [
    'a required status',
    '.github/settings.yml',
    [
      '       required_status_checks:',
      '         contexts:',
      '           - test',
      '-          - lint',
    ],
    'check_nonblocking',
  ],
  // Owners and exemptions
  [
    'owners of a path',
    'CODEOWNERS',
    [' * @org/all', '-/src/auth/ @org/security'],
    'owners_loosened',
  ],
  [
    'a path without owners',
    '.github/CODEOWNERS',
    [' * @org/all', '-/ci/ @org/release', '+/ci/'],
    'owners_loosened',
  ],
  [
    'an exempted line',
    'src/a.py',
    [' def f():', '-    return load(x)', '+    return load(x)  # type: ignore'],
    'types_loosened',
  ],
  [
    'an exempted next line',
    'src/a.ts',
    [' function f() {', '+  // eslint-disable-next-line no-eval', '   eval(x)', ' }'],
    'lint_loosened',
  ],
  [
    'a filtered list of packages',
    'Makefile',
    [' test:', '-\tgo test ./...', '+\tgo test $(shell go list ./... | grep -v /api)'],
    'deselected',
  ],
  [
    'a floor of sonar',
    'sonar-project.properties',
    [' sonar.sources=src', '+sonar.exclusions=src/payment/**'],
    'coverage_loosened',
  ],
  [
    'a floor of SimpleCov',
    'spec/spec_helper.rb',
    [' SimpleCov.start do', '-  minimum_coverage 95', '+  minimum_coverage 60', ' end'],
    'coverage_loosened',
  ],
  [
    'an ignored file of pytest',
    'tests/conftest.py',
    [' import pytest', '+collect_ignore = ["test_payment.py"]'],
    'deselected',
  ],
  [
    'branches of GitLab',
    '.gitlab-ci.yml',
    [' unit:', '   stage: test', '+  only:', '+    - tags', '   script:', '     - npm test'],
    'deselected',
  ],
  [
    'a scan that always passes',
    workflow,
    step(
      '       - uses: aquasecurity/trivy-action@master',
      '         with:',
      "-          exit-code: '1'",
      "+          exit-code: '0'",
    ),
    'exit_code_ignored',
  ],
  [
    'a removed test of CMake',
    'CMakeLists.txt',
    [' add_executable(t t.cc)', '-add_test(NAME t COMMAND t)', ' install(TARGETS app)'],
    'check_removed',
  ],
  [
    'a check in Nix',
    'default.nix',
    [' buildGoModule {', '   pname = "x";', '+  doCheck = false;', ' }'],
    'check_removed',
  ],
  [
    'a task of just',
    'justfile',
    [' ci:', '-    cargo clippy --all-targets -- -D warnings', '     cargo test'],
    'check_removed',
  ],
  [
    'a removed item of include',
    workflow,
    [
      '       matrix:',
      '         include:',
      '           - os: ubuntu-latest',
      '             node: 22',
      '-          - os: windows-latest',
      '-            node: 22',
      '     steps:',
    ],
    'check_removed',
  ],
  [
    'a second environment of tox',
    'tox.ini',
    [' [tox]', '-envlist = py311, lint, types', '+envlist = py311, lint'],
    'deselected',
  ],
  [
    'a session of nox',
    'noxfile.py',
    [
      ' def tests(session):',
      '-    session.run("pytest", "tests")',
      '+    session.run("pytest", "tests", "-k", "not slow")',
    ],
    'deselected',
  ],
  [
    'a suite of PHPUnit',
    'phpunit.xml',
    [
      '   <testsuites>',
      '     <testsuite name="all">',
      '       <directory>tests/Unit</directory>',
      '-      <directory>tests/Feature</directory>',
    ],
    'deselected',
  ],
  [
    'ignored failures of Maven',
    workflow,
    step(
      '-      - run: ./mvnw verify',
      '+      - run: ./mvnw verify -Dmaven.test.failure.ignore=true',
    ),
    'exit_code_ignored',
  ],
  [
    'a runner that a script drops although another script has it',
    'package.json',
    [
      '   "scripts": {',
      '-    "test": "jest && vitest run",',
      '+    "test": "jest",',
      '     "vitest": "vitest run",',
    ],
    'check_removed',
  ],
  [
    'a list of tests in a variable',
    'Makefile',
    [
      '+TESTS := \\',
      '+\ttests/a_test.py::one \\',
      '+\ttests/a_test.py::two',
      ' test:',
      '-\tuv run pytest $(ARGS)',
      '+\tuv run pytest $(ARGS) $(TESTS)',
    ],
    'deselected',
  ],
  [
    'a program in a variable',
    'Makefile',
    [' test:', '-\t$(GO) test ./...', '+\t$(GO) test -short ./...'],
    'deselected',
  ],
  ['a prerequisite', 'Makefile', ['-ci: lint test', '+ci: lint', ' lint:'], 'check_removed'],
  [
    'a job that may fail, without its steps',
    workflow,
    [
      '   test-nix:',
      '     runs-on: ubuntu-latest',
      '+    continue-on-error: true',
      '     steps:',
      '       - uses: actions/checkout@v5',
    ],
    'check_nonblocking',
  ],
  [
    'flags in a variable',
    'Makefile',
    ['-TEST_FLAGS := -race', '+TEST_FLAGS := -short', ' .PHONY: test'],
    'deselected',
  ],
  [
    'packages in a variable',
    'Makefile',
    ['-PKGS = ./...', '+PKGS = ./internal/...', ' .PHONY: test'],
    'deselected',
  ],
  [
    'flags in the environment',
    workflow,
    [
      '     env:',
      "-      PYTEST_ADDOPTS: '-ra'",
      "+      PYTEST_ADDOPTS: '-ra -k smoke'",
      '     steps:',
    ],
    'deselected',
  ],
  [
    'a choice of make',
    'Makefile',
    [
      ' \t\t--cov=app --cov-report=xml \\',
      ' \t\t$(if $(SLOW), , -m "not slow") \\',
      '+\t\t$(if $(EVAL), , -m "not eval") \\',
      ' \t\t-n 8',
    ],
    'deselected',
  ],
  [
    'options over several lines',
    'pyproject.toml',
    [' [tool.pytest.ini_options]', ' addopts = [', '   "-ra",', '+  "--ignore=tests/e2e",', ' ]'],
    'deselected',
  ],
  [
    'options without their key',
    'pyproject.toml',
    ['   "-ra",', '+  "--ignore=tests/e2e",', '   "--strict-markers",', ' ]'],
    'deselected',
  ],
  [
    'a failure behind a pipe',
    workflow,
    step('-      - run: go test ./...', '+      - run: go test ./... | tee out.txt || true'),
    'exit_code_ignored',
  ],
  [
    'focus that is allowed',
    'playwright.config.ts',
    ["   testDir: './e2e',", '-  forbidOnly: !!process.env.CI,', '   use: {'],
    'deselected',
  ],
  ['a list of ignored paths', '.eslintignore', [' dist', '+src/legacy'], 'lint_loosened'],
  [
    'an override of mypy',
    'pyproject.toml',
    [
      ' [tool.mypy]',
      ' strict = true',
      '+[[tool.mypy.overrides]]',
      '+module = "app.billing.*"',
      '+ignore_errors = true',
    ],
    'types_loosened',
  ],
  [
    'tests that are not linted',
    '.golangci.yml',
    [' run:', '   timeout: 5m', '+  tests: false'],
    'lint_loosened',
  ],
  [
    'a failure that Jenkins catches',
    'Jenkinsfile',
    [
      '     steps {',
      "-      sh 'make test'",
      "+      sh(script: 'make test', returnStatus: true)",
      '     }',
    ],
    'check_nonblocking',
  ],
  [
    'failed tests of Azure',
    'azure-pipelines.yml',
    ['     inputs:', '+      failTaskOnFailedTests: false', "       testResultsFiles: '*.xml'"],
    'exit_code_ignored',
  ],
  [
    'a lane that may fail',
    '.travis.yml',
    [' matrix:', '   allow_failures:', '+    - python: "3.12"'],
    'check_nonblocking',
  ],
  [
    'a test in an image',
    'Dockerfile',
    [' COPY . .', '-RUN npm test', ' RUN npm run build'],
    'check_removed',
  ],
  [
    'a level of psalm',
    'psalm.xml',
    [' <psalm', '-    errorLevel="1"', '+    errorLevel="4"', ' >'],
    'types_loosened',
  ],
  [
    'coverage that is not checked',
    '.nycrc',
    [' {', '-  "check-coverage": true,', '+  "check-coverage": false,', '   "lines": 90'],
    'coverage_loosened',
  ],
  [
    'retries in an inline table',
    'nextest.toml',
    [' [profile.ci]', '-retries = 0', '+retries = { backoff = "fixed", count = 3 }'],
    'retry_added',
  ],
  [
    'a loop until it passes',
    workflow,
    step('-      - run: npm test', '+      - run: for i in 1 2 3; do npm test && break; done'),
    'retry_added',
  ],
  [
    'another command that decides',
    workflow,
    step('-      - run: npm test', '+      - run: npm test || npm run report'),
    'exit_code_ignored',
  ],
  [
    'one exit code that is fine',
    workflow,
    step('-      - run: pytest', '+      - run: pytest || [ $? -eq 5 ]'),
    'exit_code_ignored',
  ],
])('%s is a loss', (_name, path, lines, kind) => {
  const found = list(edit(path, lines))
  expect(found).toContain(`weakened ${kind}`)
})

test.each<readonly [string, string]>([
  [
    'a version of an action',
    edit(
      workflow,
      step(
        '-      - uses: actions/setup-node@v4',
        '+      - uses: actions/setup-node@v5',
        '       - run: npm test',
      ),
    ),
  ],
  [
    'a newer lane',
    edit(workflow, [
      '       matrix:',
      '-        node-version: [20, 22]',
      '+        node-version: [22, 24]',
      '     steps:',
    ]),
  ],
  [
    'a job more',
    edit(workflow, [
      '   test:',
      '     runs-on: ubuntu-latest',
      '+  e2e:',
      '+    continue-on-error: true',
      '+    steps:',
      '+      - run: npx playwright test',
      ' ',
    ]),
  ],
  [
    'an upload that may fail',
    edit(
      workflow,
      step(
        '       - name: Upload coverage',
        '         uses: codecov/codecov-action@v5',
        '+        continue-on-error: true',
      ),
    ),
  ],
  [
    'a clean-up that may fail',
    edit(
      workflow,
      step('-      - run: docker compose down', '+      - run: docker compose down || true'),
    ),
  ],
  ['a higher floor', edit('.coveragerc', [' [report]', '-fail_under = 80', '+fail_under = 85'])],
  [
    'fewer retries',
    edit('playwright.config.ts', [' defineConfig({', '-  retries: 2,', '+  retries: 0,']),
  ],
  [
    'a longer time limit',
    edit('vitest.config.ts', ['   test: {', '-    testTimeout: 5000,', '+    testTimeout: 30000,']),
  ],
  [
    'formatting',
    edit('package.json', ['   "scripts": {', '-      "test": "jest"', '+    "test": "jest"']),
  ],
  [
    'a stricter rule',
    edit('.eslintrc.json', ['   "rules": {', '-    "eqeqeq": "warn",', '+    "eqeqeq": "error",']),
  ],
  [
    'a dependency',
    edit('package.json', [
      '   "devDependencies": {',
      '-    "jest": "29.0.0",',
      '+    "jest": "30.0.0",',
    ]),
  ],
  [
    'an excluded build folder',
    edit('tsconfig.json', [
      ' {',
      '+  "exclude": ["dist", "node_modules"],',
      '   "include": ["src"]',
    ]),
  ],
  [
    'a wider filter',
    edit(
      workflow,
      step('-      - run: pytest -k "not a and not b"', '+      - run: pytest -k "not a"'),
    ),
  ],
  [
    'a flag before what is tested',
    edit('Makefile', [' test:', '-\tgo test ./...', '+\tgo test -cover ./...']),
  ],
  [
    'a pipe that keeps a log',
    edit('Makefile', [' test:', '-\tgo test ./...', '+\tgo test ./... | tee log']),
  ],
  [
    'a trap that tidies up',
    edit('ci/all.sh', [' #!/bin/sh', "+trap 'rm -rf tmp' EXIT", ' pytest tests']),
  ],
  [
    'a stricter crate',
    edit('src/lib.rs', ['-#![deny(unused)]', '+#![deny(unused, warnings)]', ' pub mod cart;']),
  ],
  ['all tests again', edit('Makefile', [' test:', '-\tgo test -short ./...', '+\tgo test ./...'])],
  [
    'a new workflow',
    add(workflow, [
      'on: push',
      'jobs:',
      '  t:',
      '    continue-on-error: true',
      '    steps:',
      '      - run: npm test || true',
    ]),
  ],
  ['an owner more', edit('CODEOWNERS', ['-* @org/a', '+* @org/a @org/b'])],
  [
    'an exemption of new code',
    edit('src/a.py', [' import a', '+import legacy  # noqa: F401', ' import b']),
  ],
  ['an exemption that moves', edit('src/a.py', ['-x = f()  # noqa', '+y = 1', '+x = f()  # noqa'])],
  [
    'an always running step',
    edit(
      workflow,
      step('       - name: Unit tests', '+        if: always()', '         run: npm test'),
    ),
  ],
  [
    'a documented path',
    edit(workflow, [
      ' on:',
      '   pull_request:',
      '+    paths-ignore:',
      "+      - '**/*.md'",
      ' jobs:',
    ]),
  ],
  [
    'a reusable workflow',
    edit(workflow, [
      '   test:',
      '-    runs-on: ubuntu-latest',
      '-    steps:',
      '-      - run: npm test',
      '+    uses: ./.github/workflows/test.yml',
    ]),
  ],
  [
    'another package manager',
    edit(
      workflow,
      step(
        '-      - run: npm ci',
        '-      - run: npm test',
        '+      - run: pnpm install',
        '+      - run: pnpm test',
      ),
    ),
  ],
  [
    'another wrapper',
    edit(workflow, step('-      - run: poetry run pytest', '+      - run: uv run --frozen pytest')),
  ],
  [
    'a report of the results',
    edit(
      workflow,
      step('-      - run: pytest', '+      - run: pytest --junitxml report.xml -n auto'),
    ),
  ],
  [
    'a more verbose command',
    edit('Makefile', [
      ' test:',
      '-\tgo test ./...',
      '+\tgo test -v -race -coverprofile c.out -timeout 10m ./...',
    ]),
  ],
  [
    'vendored packages left out',
    edit('Makefile', [
      ' test:',
      '-\tgo test ./...',
      '+\tgo test $(go list ./... | grep -v /vendor/)',
    ]),
  ],
  [
    'a script that watches',
    edit('package.json', [
      '   "scripts": {',
      '     "test": "jest",',
      '-    "test:watch": "jest --watch",',
      '     "x": "y"',
    ]),
  ],
  [
    'a script that repairs',
    edit('package.json', [
      '   "scripts": {',
      '-    "lint:fix": "eslint . --fix",',
      '     "x": "y"',
    ]),
  ],
  [
    'a renamed script',
    edit('package.json', [
      '   "scripts": {',
      '-    "check": "eslint .",',
      '+    "lint": "eslint .",',
    ]),
  ],
  [
    'a dependency named like a setting',
    edit('package.json', [
      '   "dependencies": {',
      '-    "retry": "0.12.0",',
      '+    "retry": "0.13.1",',
    ]),
  ],
  [
    'a crate named like a setting',
    edit('Cargo.toml', [' [dependencies]', '+retry = "2.0"', '+coverage = "1"']),
  ],
  [
    'tests that are not published',
    edit('pyproject.toml', [' [tool.setuptools.packages.find]', '+exclude = ["tests*"]']),
  ],
  [
    'tests that are not built',
    edit('tsconfig.build.json', [' {', '+  "exclude": ["**/*.test.ts"]', ' }']),
  ],
  [
    'a version of a hook',
    edit('.pre-commit-config.yaml', [
      '   - repo: https://example.org/ruff',
      '-    rev: v0.1.0',
      '+    rev: v0.2.0',
      '     hooks:',
    ]),
  ],
  [
    'one hook instead of two',
    edit('.pre-commit-config.yaml', [
      '     hooks:',
      '-      - id: flake8',
      '-      - id: isort',
      '+      - id: ruff',
    ]),
  ],
  [
    'a new lane that may fail',
    edit(workflow, [
      '       matrix:',
      '         include:',
      '           - os: ubuntu-latest',
      '+          - os: windows-11-arm',
      '+            experimental: true',
      '     steps:',
    ]),
  ],
  [
    'a fork that runs nothing',
    edit(
      workflow,
      step(
        '       - name: Unit tests',
        "+        if: github.repository == 'org/project'",
        '         run: npm test',
      ),
    ),
  ],
  [
    'a time limit of a job',
    edit(workflow, [
      '   test:',
      '+    timeout-minutes: 10',
      '     runs-on: ubuntu-latest',
      '     steps:',
      '       - run: npm test',
    ]),
  ],
  [
    'a cache',
    edit(
      workflow,
      step(
        '+      - uses: actions/cache@v4',
        '+        with:',
        '+          path: ~/.npm',
        '       - run: npm test',
      ),
    ),
  ],
  [
    'a workflow that closes old issues',
    remove('.github/workflows/stale.yml', [
      'on: schedule',
      'jobs:',
      '  stale:',
      '    steps:',
      '      - uses: actions/stale@v9',
    ]),
  ],
  [
    'a new target',
    edit('Makefile', [
      ' test:',
      ' \tgo test ./...',
      '+bench:',
      '+\t-go test -bench . ./internal/x',
    ]),
  ],
  [
    'a stricter compiler',
    edit('tsconfig.json', [
      '   "compilerOptions": {',
      '+    "noUncheckedIndexedAccess": true,',
      '     "strict": true',
    ]),
  ],
  [
    'a moved section',
    edit('pyproject.toml', [
      ' [tool.mypy]',
      '-strict = true',
      '-warn_unreachable = true',
      '+warn_unreachable = true',
      '+strict = true',
    ]),
  ],
  [
    'an exit within a condition',
    edit('ci/all.sh', [
      ' if [ -z "$CHANGED" ]; then',
      '+  echo "nothing to do"',
      '+  exit 0',
      ' fi',
      ' npm test',
    ]),
  ],
  [
    'an exit code that is kept',
    edit('ci/all.sh', ['+set +e', ' npm test', '+code=$?', '+report', '+exit $code']),
  ],
  [
    'a function that fails',
    edit('ci/all.sh', [' if ! npm test; then', '-  exit 1', '+  die "tests failed"', ' fi']),
  ],
  [
    'another order of jobs',
    edit('.gitlab-ci.yml', [
      '-lint:',
      '-  script: npm run lint',
      ' unit:',
      '   script: npm test',
      '+lint:',
      '+  script: npm run lint',
    ]),
  ],
  ['quotes', edit('.eslintrc.yml', [' rules:', '-  no-eval: "error"', "+  no-eval: 'error'"])],
  [
    'a renamed folder',
    'diff --git a/src/old/a.py b/src/new/a.py\nsimilarity index 100%\nrename from src/old/a.py\nrename to src/new/a.py\n' +
      edit('mypy.ini', [' [mypy]', '-exclude = src/old/', '+exclude = src/new/']),
  ],
  [
    'a runner that takes over from another',
    edit('jest.config.js', [
      ' module.exports = {',
      '-  testPathIgnorePatterns: ["<rootDir>/ui/"],',
      ' }',
    ]) +
      edit('vitest.config.ts', [
        '   test: {',
        '-    include: ["**/*.vitest.ts", "ui/**/*.test.ts"],',
        '+    include: ["**/*.vitest.ts"],',
        '   }',
      ]),
  ],
  [
    'a step that only tells',
    edit(
      workflow,
      step(
        '-      - name: No files to check',
        '-        run: echo "nothing changed"',
        '       - run: npm test',
      ),
    ),
  ],
  [
    'a deployment that may fail',
    edit(workflow, [
      '   deploy-preview:',
      '     runs-on: ubuntu-latest',
      '+    continue-on-error: true',
      '     steps:',
      '       - uses: actions/checkout@v5',
    ]),
  ],
  [
    'a variable that is written out',
    edit('Makefile', ['-PKGS = ./...', ' test:', '-\tgo test $(PKGS)', '+\tgo test ./...']),
  ],
  [
    'rules that tests break',
    edit('pyproject.toml', [' [tool.ruff.lint.per-file-ignores]', '+"tests/**" = ["S101"]']),
  ],
  [
    'a setting in another section',
    edit('pyproject.toml', [
      ' [tool.ruff]',
      '-ignore = ["E501"]',
      '+[tool.ruff.lint]',
      '+ignore = ["E501"]',
    ]),
  ],
  [
    'one more set of rules',
    edit('.eslintrc.js', [
      ' module.exports = {',
      "-  extends: ['eslint:recommended'],",
      "+  extends: ['eslint:recommended', 'plugin:react/recommended'],",
      '   rules: {',
    ]),
  ],
  ['owners who follow others', edit('CODEOWNERS', ['-* @old-team', '+* @new-team'])],
  [
    'a failure that is explained',
    edit(
      workflow,
      step('-      - run: npm test', '+      - run: npm test || (echo "see the wiki"; exit 1)'),
    ),
  ],
  [
    'a check in a condition',
    edit('scripts/check.sh', [
      '-npm test',
      '+if ! npm test; then',
      '+  echo "tests failed"',
      '+  exit 1',
      '+fi',
      ' npm run lint',
    ]),
  ],
])('%s is no finding', (_name, text) => {
  expect(find(text).filter(({ answer }) => answer !== 'justified')).toEqual([])
})

test.each<readonly [string, string, string]>([
  [
    'another linter',
    edit('package.json', [
      '   "scripts": {',
      '-    "lint": "eslint .",',
      '+    "lint": "biome check .",',
    ]),
    'check_removed',
  ],
  [
    'another pipeline',
    remove('.travis.yml', ['language: node_js', 'script:', '  - npm test']) +
      add(workflow, ['jobs:', '  t:', '    steps:', '      - run: npm test']),
    'check_removed',
  ],
  [
    'another workflow',
    edit(workflow, step('-      - run: npm run lint', '       - run: npm test')) +
      edit('.github/workflows/lint.yml', step('+      - run: npm run lint')),
    'check_removed',
  ],
  [
    'a floor in another file',
    edit('pytest.ini', [' [pytest]', '-addopts = --cov-fail-under=90', '+addopts = -q']) +
      edit('.coveragerc', [' [report]', '+fail_under = 90']),
    'coverage_loosened',
  ],
  [
    'a deleted package',
    remove('tools/x/package.json', ['{', '  "scripts": { "test": "jest" }', '}']) +
      remove('tools/x/index.js', ['exports.x = 1']),
    'check_removed',
  ],
  [
    'a version that is not supported any more',
    edit(workflow, [
      '       matrix:',
      '-        python-version: ["3.8", "3.9"]',
      '+        python-version: ["3.9"]',
      '     steps:',
    ]) +
      edit('pyproject.toml', [
        ' [project]',
        '-requires-python = ">=3.8"',
        '+requires-python = ">=3.9"',
      ]),
    'check_removed',
  ],
  [
    'two halves',
    edit(
      workflow,
      step(
        '-      - run: pytest',
        '+      - run: pytest -m "not slow"',
        '+      - run: pytest -m slow',
      ),
    ),
    'deselected',
  ],
])('%s justifies the loss', (_name, text, kind) => {
  expect(list(text)).toEqual([`justified ${kind}`])
})

test('a pipeline under a name that no system reads is as good as deleted', () => {
  const renamed = [
    `diff --git a/${workflow} b/${workflow}.disabled`,
    'similarity index 90%',
    `rename from ${workflow}`,
    `rename to ${workflow}.disabled`,
    'index 1111111..2222222 100644',
    `--- a/${workflow}`,
    `+++ b/${workflow}.disabled`,
    '@@ -1,5 +1,5 @@',
    '-name: CI',
    '+name: CI (off)',
    ' jobs:',
    '   test:',
    '     steps:',
    '       - run: npm test',
    '',
  ].join('\n')
  expect(list(renamed)).toEqual(['weakened check_removed'])
  const [header = ''] = renamed.split('index 1111111')
  expect(list(header)).toEqual(['weakened check_removed'])
})

test('a finding names the line, what was there, and why it is a loss', () => {
  expect(find(edit('Makefile', [' test:', '-\tgo test ./...', '+\tgo test -short ./...']))).toEqual(
    [
      {
        answer: 'weakened',
        kind: 'deselected',
        severity: 'medium',
        path: 'Makefile',
        side: 'new',
        line: 11,
        test: null,
        before: 'go test ./...',
        because:
          'The command now leaves out a part by `-short`; nothing in the change checks that instead.',
      },
    ],
  )
})

test('the whole text tells what the hunk does not show', () => {
  const options = (...items: readonly string[]) =>
    [
      '[tool.pytest.ini_options]',
      'addopts = [',
      ...items.map((item) => `  "${item}",`),
      ']',
      '',
    ].join('\n')
  const items = ['-ra', '--a', '--b', '--c', '--d']
  const diff = parseDiff(
    [
      'diff --git a/pyproject.toml b/pyproject.toml',
      'index 1111111..2222222 100644',
      '--- a/pyproject.toml',
      '+++ b/pyproject.toml',
      '@@ -5,4 +5,5 @@',
      '   "--b",',
      '   "--c",',
      '   "--d",',
      '+  "-k=one",',
      ' ]',
      '',
    ].join('\n'),
  )
  const texts = new Map([
    ['pyproject.toml', { base: options(...items), head: options(...items, '-k=one') }],
  ])
  expect(findConfigurationChanges(readChange(diff, new Map()))).toEqual([])
  expect(findConfigurationChanges(readChange(diff, texts))).toMatchObject([
    { answer: 'weakened', kind: 'deselected', side: 'new', line: 8 },
  ])
})

test('a file that is too long to be read is a question, and no pass', () => {
  const steps = Array.from({ length: 3_000 }, (_, at) => `-      - run: npm test ${at}`)
  expect(list(edit(workflow, steps))).toContain('question not_analysed')
  const long = `"test": "${'jest '.repeat(1_000)}"`
  expect(list(edit('package.json', ['-    "test": "jest"', `+    ${long}`]))).toContain(
    'question not_analysed',
  )
})

test('a kind that many lines of a file have is reported a few times, with their number', () => {
  const rules = Array.from({ length: 9 }, (_, at) => [
    `-    "rule-${at}": "error",`,
    `+    "rule-${at}": "off",`,
  ])
  const found = find(edit('.eslintrc.json', ['   "rules": {', ...rules.flat()]))
  expect(found).toHaveLength(4)
  expect(found[3]?.because).toContain('5 more of this kind follow in the file.')
})

test('any text is read without an error', () => {
  for (const path of [
    workflow,
    'Makefile',
    'pom.xml',
    'package.json',
    'pyproject.toml',
    'CODEOWNERS',
  ])
    for (const line of [
      '{{{{[[',
      ']]}}',
      '<a <b',
      '- - - :',
      '"',
      '\\',
      '\0',
      '|| &&',
      '$(',
      ': : :',
    ])
      expect(find(edit(path, [` ${line}`, `-${line}`, `+${line} `]))).toEqual(expect.any(Array))
})
