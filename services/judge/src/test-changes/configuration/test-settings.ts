import { key, type SettingRule, suffix } from './setting-rule.ts'

const floor = { meaning: 'floor', kind: 'coverage_loosened', severity: 'medium' } as const
const uncovered = { kind: 'coverage_loosened', severity: 'low' } as const
const retries = { meaning: 'allowance', kind: 'retry_added', severity: 'low' } as const
const ignored = { kind: 'exit_code_ignored', severity: 'high' } as const
const skipped = { meaning: 'loose', kind: 'check_removed', severity: 'high' } as const
const unselected = { kind: 'deselected', severity: 'medium' } as const
const measures = '(?:lines|branches|functions|statements)'
const isSwitch = /^(?:true|false|yes|no|on|off)$/i

/** How much of the program tests must cover. */
export const coverageRules: readonly SettingRule[] = [
  { name: suffix('fail[_-]?under', 'cov-fail-under'), ...floor },
  {
    name: new RegExp(
      `(?:thresholds?|check-coverage|coverage\\w*|global|each)\\.(?:.*\\.)?${measures}$`,
      'i',
    ),
    ...floor,
  },
  { name: key(measures), value: /^-?\d/, areas: ['runner'], ...floor },
  { name: key(measures), value: /^\d+$/, path: /package\.json$/, ...floor },
  { name: key('target'), value: /^\d/, areas: ['coverage'], ...floor },
  {
    name: new RegExp(
      [
        '(?:^|[._])(?:min(?:imum)?_?\\w*cov\\w*',
        '\\w*cov\\w*_?(?:min|threshold|floor|required|target|limit|gate)\\w*',
        'required?_?\\w*cov\\w*',
        'threshold-?(?:total|file|package)',
        '(?:total|file|package)_?threshold)$',
      ].join('|'),
      'i',
    ),
    ...floor,
  },
  {
    name: key(
      ...['minimum', 'minBound', 'minValue', 'coveredRatio', 'minMsi', 'minCoveredMsi'],
      ...['minimum_coverage', 'break', 'mutationThreshold'],
    ),
    value: /^\d/,
    ...floor,
  },
  { name: key('threshold\\.(?:total|file|package)'), areas: ['coverage'], ...floor },
  { name: key('threshold'), areas: ['coverage'], meaning: 'allowance', ...uncovered },
  {
    name: key('informational'),
    meaning: 'loose',
    kind: 'check_nonblocking',
    severity: 'medium',
  },
  {
    name: key('project', 'patch', 'changes'),
    areas: ['coverage'],
    value: isSwitch,
    meaning: 'strict',
    kind: 'check_nonblocking',
    severity: 'medium',
  },
  {
    name: key('check-?[cC]overage'),
    value: isSwitch,
    meaning: 'strict',
    ...uncovered,
    severity: 'medium',
  },
  {
    name: /(?:^|\.)allow_failures?(?:\..+)?$/,
    areas: ['pipeline'],
    value: /^(?!true$|false$)/,
    meaning: 'excludes',
    kind: 'check_nonblocking',
    severity: 'medium',
  },
  {
    name: key('require_ci_to_pass', 'branch'),
    areas: ['coverage', 'build', 'runner'],
    value: isSwitch,
    meaning: 'strict',
    ...uncovered,
  },
  {
    name: /sonar\.(?:coverage\.|test\.)?exclusions$/,
    meaning: 'excludes',
    ...uncovered,
  },
  {
    name: key('exclude_lines', 'exclude_also', 'exclude', 'ignore'),
    areas: ['coverage'],
    meaning: 'excludes',
    ...uncovered,
  },
  {
    name: /(?:coverage|nyc|c8|jacoco|kover)\b.*\.(?:exclude\w*|omit)$/,
    meaning: 'excludes',
    ...uncovered,
  },
  { name: key('coveragePathIgnorePatterns', 'omit'), meaning: 'excludes', ...uncovered },
  {
    name: /(?:^|\.)collectCoverageFrom$|coverage\.(?:.*\.)?(?:include|source\w*)$/,
    meaning: 'includes',
    ...uncovered,
  },
]

/** Whether a failing test fails, and how often it is tried. */
export const failureRules: readonly SettingRule[] = [
  {
    name: suffix(
      ...['retry', 'retries', 'reruns', 'flaky_test_attempts', 'rerunFailingTestsCount'],
      ...['retry_?count', 'max_?retries', 'run_?Mode', 'retry\\.max', 'test_retries'],
      'retries\\.count',
    ),
    value: /^\d{1,2}$|\?|process\.env|\bCI\b/,
    areas: ['runner', 'build', 'pipeline', 'package', 'helper'],
    ...retries,
  },
  { name: key('flaky'), areas: ['build'], ...retries, meaning: 'loose' },
  { name: key('max_attempts'), areas: ['pipeline'], ...retries },
  {
    name: key(
      ...['testFailureIgnore', 'ignoreFailures', 'isIgnoreFailures', 'ignoreExitValue'],
      ...['isIgnoreExitValue', 'failNever', 'dangerouslyIgnoreUnhandledErrors', 'ignore_outcome'],
    ),
    meaning: 'loose',
    ...ignored,
  },
  {
    name: key(
      ...['skipTests', 'skipITs', 'skipUTs', 'maven\\.test\\.skip', 'skipUnitTests'],
      ...['skipIntegrationTests'],
    ),
    ...skipped,
  },
  {
    name: key(
      '(?:jacoco|checkstyle|pmd|spotbugs|enforcer|spotless\\.\\w+|dependency-check)\\.skip',
    ),
    ...skipped,
    severity: 'medium',
  },
  {
    name: /(?:^|\.)configuration\.skip$|^skip$/,
    path: /pom\.xml$/,
    ...skipped,
    severity: 'medium',
  },
  {
    name: key('passWithNoTests', 'allowEmpty', 'allowNoTests'),
    meaning: 'loose',
    ...ignored,
    severity: 'low',
  },
  {
    name: key(
      'fails?On(?:Error|Violation|Warnings?|NoTests|NoDiscoveredTests|Risky|Deprecation|Notice)',
      'failOn(?:EmptyTestSuite|Incomplete|Skipped|FlakyTests|Severity|Console)',
      ...['failIfNoTests', 'haltOnFailure', 'haltonfailure', 'abortOnError', 'isAbortOnError'],
      ...['checkReleaseBuilds', 'beStrict\\w+'],
    ),
    value: isSwitch,
    meaning: 'strict',
    ...ignored,
    severity: 'medium',
  },
  {
    name: key(
      ...['failTaskOnFailedTests', 'failTaskOnMissingResultsFile'],
      'fail[-_]on[-_](?:error|findings|issues|severity|warnings?|violations?)',
      'exit[-_]code',
    ),
    areas: ['pipeline'],
    meaning: 'strict',
    ...ignored,
    severity: 'medium',
  },
  {
    name: key(
      ...['soft[-_]fail', 'no[-_]fail', 'exit[-_]zero', 'warn[-_]only', 'skip[-_]\\w*tests?'],
      ...['ignore[-_]\\w*(?:errors?|failures?)'],
    ),
    areas: ['pipeline'],
    meaning: 'loose',
    ...ignored,
    severity: 'medium',
  },
  {
    name: /^(?:lib|bin|package)(?:\.\d+)?\.(?:test|autotests|doctest)$/,
    path: /Cargo\.toml$/,
    ...skipped,
    meaning: 'strict',
  },
  { name: key('doCheck', 'doInstallCheck'), ...skipped, meaning: 'strict', severity: 'medium' },
  {
    name: new RegExp(
      [
        '(?:test|check|lint|detekt|ktlint|jacoco|checkstyle|pmd|spotbugs|spotless|Test|Coverage)',
        '\\w*(?:\\.\\w+)*\\.(?:enabled|isEnabled)$',
      ].join(''),
    ),
    areas: ['build'],
    ...skipped,
    meaning: 'strict',
  },
]

/** Which tests run. */
export const selectionRules: readonly SettingRule[] = [
  {
    name: suffix('SKIP_?\\w*(?:TESTS?|CHECKS?|LINT|E2E|INTEGRATION|COVERAGE)\\w*'),
    meaning: 'loose',
    ...unselected,
  },
  {
    name: key('forbidOnly', 'xfail_strict', 'strict_markers', 'strict_config'),
    meaning: 'strict',
    ...unselected,
    severity: 'low',
  },
  {
    name: key(
      ...['testPathIgnorePatterns', 'modulePathIgnorePatterns', 'collect_ignore\\w*'],
      ...['norecursedirs', 'deselect', 'excludeTags', 'excludedGroups', 'excludeGroups'],
      ...['excludeTestsMatching', 'excludePatterns', 'excludeSpecPattern', 'testIgnore'],
      ...['grepInvert', 'exclude_?tags', 'ignoreTestFiles', 'excludeCategories', 'excludeEngines'],
    ),
    meaning: 'excludes',
    ...unselected,
  },
  {
    name: key('exclude\\w*', 'ignore', 'ignores', 'invert'),
    areas: ['runner'],
    meaning: 'excludes',
    ...unselected,
  },
  {
    name: key(
      ...['testMatch', 'testRegex', 'testpaths', 'python_files', 'python_classes'],
      ...['python_functions', 'specPattern', 'suites?', 'testFiles', 'test_suites'],
      ...['envlist', 'env_list'],
    ),
    meaning: 'includes',
    ...unselected,
  },
  {
    name: key('includes?', 'specs?', 'projects', 'browsers', 'files', 'testDir', 'roots'),
    areas: ['runner'],
    meaning: 'includes',
    ...unselected,
  },
  {
    name: key('excludes?(?:\\.exclude)?'),
    path: /\.(?:gradle|kts|xml|csproj|props|runsettings|dist)$/,
    value: /test|spec|it\b|e2e/i,
    meaning: 'excludes',
    ...unselected,
  },
  {
    name: /testsuites?\..*(?:directory|file)$/,
    path: /phpunit/,
    meaning: 'includes',
    ...unselected,
  },
  {
    // A variable of a script that names what is tested.
    name: /(?:^|\.)[A-Z_]*(?:PKGS?|PACKAGES|TARGETS?|TESTS|PATHS|DIRS|MODULES|SPECS|SUITES)$/,
    areas: ['commands', 'pipeline'],
    meaning: 'includes',
    ...unselected,
  },
  {
    name: key('filter_run_excluding', 'filter_run_when_matching'),
    areas: ['helper'],
    meaning: 'excludes',
    ...unselected,
  },
  {
    name: key('tags'),
    areas: ['build'],
    value: /^(?:manual|notap|flaky)$/,
    meaning: 'excludes',
    ...unselected,
  },
]
