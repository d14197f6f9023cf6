import { key, type SettingRule, suffix } from './setting-rule.ts'

const types = { kind: 'types_loosened', severity: 'medium' } as const
const lint = { kind: 'lint_loosened', severity: 'low' } as const
const warnings = { kind: 'warnings_ignored', severity: 'low' } as const
const owners = { kind: 'owners_loosened', severity: 'medium' } as const

const levels =
  /^(?:off|warn|warning|error|deny|forbid|allow|none|info|information|hint|suggestion|silent|on|disabled|enabled|[012])$/i

/** Which warnings count. */
export const warningRules: readonly SettingRule[] = [
  {
    name: key('filterwarnings'),
    value: /^(?:ignore|default|once)/,
    meaning: 'excludes',
    ...warnings,
  },
  {
    name: suffix(
      ...['allWarningsAsErrors', 'warningsAsErrors', 'TreatWarningsAsErrors', 'fatal_?warnings'],
      ...['CodeAnalysisTreatWarningsAsErrors', 'warnings_as_errors', 'EnforceCodeStyleInBuild'],
      ...['EnableNETAnalyzers', 'MSBuildTreatWarningsAsErrors'],
    ),
    meaning: 'strict',
    ...warnings,
    severity: 'medium',
  },
  {
    name: key('NoWarn', 'WarningsNotAsErrors', 'nowarn', 'suppressWarnings', 'ignoreWarnings'),
    value: /\w/,
    meaning: 'excludes',
    ...warnings,
  },
  {
    name: key('RUSTFLAGS', 'RUSTDOCFLAGS', 'rustflags'),
    value: /-D|^warnings$|deny/,
    meaning: 'includes',
    ...warnings,
  },
  { name: key('PYTHONWARNINGS'), value: /ignore|default/, meaning: 'excludes', ...warnings },
]

/** How strictly types are checked, and where. */
export const typeRules: readonly SettingRule[] = [
  {
    name: key(
      ...['strict\\w*', 'no(?:Implicit|Unused|Unchecked|Fallthrough|PropertyAccess)\\w*'],
      ...['exactOptionalPropertyTypes', 'useUnknownInCatchVariables', 'alwaysStrict', 'checkJs'],
      ...['forceConsistentCasingInFileNames', 'noEmitOnError'],
    ),
    areas: ['types'],
    meaning: 'strict',
    ...types,
  },
  {
    name: key('skipLibCheck', 'allowUnreachableCode', 'allowUnusedLabels', 'suppress\\w+'),
    areas: ['types'],
    meaning: 'loose',
    ...types,
    severity: 'low',
  },
  {
    name: key(
      ...['strict', 'disallow_\\w+', 'check_untyped_defs', 'no_implicit_\\w+', 'strict_\\w+'],
      ...['warn_(?:return_any|unreachable|redundant_casts|unused_\\w+|no_return)', 'extra_checks'],
    ),
    areas: ['types', 'build'],
    value: /^(?:true|false|yes|no)$/i,
    meaning: 'strict',
    ...types,
  },
  {
    name: key('ignore_errors', 'ignore_missing_imports', 'allow_untyped_\\w+', 'implicit_optional'),
    meaning: 'loose',
    ...types,
  },
  {
    name: /(?:mypy|pyright|basedpyright|ty)\.(?:.*\.)?(?:exclude|ignore|disable_error_code)$/,
    meaning: 'excludes',
    ...types,
  },
  {
    name: key('disable_error_code', 'ignore', 'exclude', 'excludePaths', 'ignoreErrors'),
    areas: ['types'],
    meaning: 'excludes',
    ...types,
  },
  {
    name: key('include', 'files', 'paths'),
    areas: ['types'],
    meaning: 'includes',
    ...types,
    severity: 'low',
  },
  {
    name: key('typeCheckingMode', 'follow_imports', 'report[A-Z]\\w+', 'Nullable'),
    meaning: 'level',
    ...types,
  },
  { name: /^(?:parameters\.)?level$/, areas: ['types'], meaning: 'floor', ...types },
]

const limits = [
  ...['warnings', 'complexity', 'line[-_]?length', 'lines\\w*', 'depth', 'params', 'statements'],
  ...['nested\\w*', 'issues\\w*', 'violations', 'doc-length', 'returns', 'branches', 'args'],
]

/** What linters look for, and where. */
export const lintRules: readonly SettingRule[] = [
  {
    name: new RegExp(
      [
        '(?:^|\\.)(?:rules|linter|overrides|globalRules)(?:\\.[\\w@/-]+)+$',
        '(?:^|\\.)lints\\.\\w+(?:\\.\\w+)*$',
        '(?:^|\\.)dotnet_diagnostic\\.\\w+\\.severity$',
        '(?:^|\\.)ktlint_\\w+$',
      ].join('|'),
    ),
    value: levels,
    meaning: 'level',
    ...lint,
  },
  {
    name: key('[@\\w]+/[\\w/-]+', '[a-z]+(?:-[a-z]+)+', 'no[A-Z]\\w+', 'use[A-Z]\\w+'),
    areas: ['lint'],
    value: /^(?:off|warn|error|[012])$/,
    meaning: 'level',
    ...lint,
  },
  {
    name: key('Enabled', 'active', 'enabled'),
    areas: ['lint'],
    value: /^(?:true|false)$/i,
    meaning: 'strict',
    ...lint,
  },
  {
    name: key(
      ...['exclude[\\w-]*', 'Exclude', 'ignores?', 'ignore[\\w-]+', 'skips?'],
      ...['skip[-_](?:files|dirs|checks|list)', 'extend[-_](?:ignore|exclude)', 'disabled_rules'],
      ...['per[-_]file[-_]ignores(?:\\..+)?', 'disable\\w*', 'suppress\\w*', 'allowlist'],
      ...['exempt\\w*', 'exclude-rules\\b.*', 'exclusions\\b.*'],
    ),
    areas: ['lint', 'commands'],
    meaning: 'excludes',
    ...lint,
  },
  {
    name: new RegExp(
      [
        '(?:ruff|flake8|pylint|bandit|pydocstyle|codespell|isort|black|eslintConfig|xo|vulture)',
        '\\b.*\\.(?:exclude\\w*|ignore\\w*|skip\\w*|extend[-_](?:ignore|exclude)',
        '|per[-_]file[-_]ignores\\b.*|disable)$',
      ].join(''),
    ),
    meaning: 'excludes',
    ...lint,
  },
  {
    name: key('run\\.tests', 'tests'),
    path: /golangci/,
    value: /^(?:true|false)$/,
    meaning: 'strict',
    ...lint,
  },
  {
    name: key('path', 'text', 'source', 'new', 'new-from-(?:rev|merge-base|patch)'),
    path: /golangci/,
    meaning: 'excludes',
    ...lint,
    severity: 'medium',
  },
  {
    name: key(
      ...['select', 'extend[-_]select', 'enable', 'extends', 'only_rules', 'opt_in_rules'],
      ...['linters', 'checks', 'Checks', 'WarningsAsErrors'],
    ),
    areas: ['lint'],
    meaning: 'includes',
    ...lint,
  },
  {
    name: /(?:ruff|flake8|pylint|eslintConfig)\b.*\.(?:select|extend[-_]select|enable|extends)$/,
    meaning: 'includes',
    ...lint,
  },
  {
    name: suffix(`max[-_]?(?:${limits.join('|')})`, 'line[-_]?length', 'complexity', 'maxIssues'),
    areas: ['lint'],
    value: /^\d/,
    meaning: 'limit',
    ...lint,
  },
  {
    name: /(?:ruff|flake8|pylint|mccabe|pycodestyle|design)\b.*\.max[-_][\w-]+$/,
    value: /^\d/,
    meaning: 'limit',
    ...lint,
  },
  { name: key('errorLevel'), path: /psalm/, meaning: 'limit', ...types, severity: 'low' },
  { name: key('threshold', 'Max'), areas: ['lint'], value: /^\d/, meaning: 'limit', ...lint },
]

/** What must be green, and who must agree, before a change is merged. */
export const protectionRules: readonly SettingRule[] = [
  {
    name: /(?:required_status_checks|checks|contexts|status|conditions|merge_conditions)\b.*$/,
    areas: ['protection'],
    meaning: 'includes',
    kind: 'check_nonblocking',
    severity: 'medium',
  },
  {
    name: key('required_approving_review_count', 'required_approvals', 'approvals'),
    areas: ['protection'],
    meaning: 'floor',
    ...owners,
  },
  {
    name: key(
      ...['enforce_admins', 'require_code_owner_reviews', 'dismiss_stale_reviews', 'strict'],
      ...['required_signatures', 'require_last_push_approval'],
    ),
    areas: ['protection'],
    meaning: 'strict',
    ...owners,
  },
]
