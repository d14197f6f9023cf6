import type { Diff, DiffFile, DiffLine } from '../../services/judge/src/diff/diff.ts'
import type { PromptInput } from '../../services/judge/src/judge/prompt.ts'
import { extractRequirements } from '../../services/judge/src/judge/requirements.ts'
import type {
  RequirementCoverage,
  Verdict,
  VerdictAnswer,
  VerdictSubject,
} from '../../services/judge/src/judge/verdict.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import type { JudgePolicy } from '../../services/judge/src/policy/policy.ts'
import { parseCommitSha } from '../../services/judge/src/run/run.ts'

/* Defaults for the tests of the judge, so that each states only what it changes. */

const head = parseCommitSha('3f2c9a1b7d5e4c6f8a9b0c1d2e3f4a5b6c7d8e9f')
if (head === null) throw new Error('not a commit')
export const subject: VerdictSubject = {
  commit: head,
  diffDigest: 'diff-1',
  issueDigest: 'issue-1',
}

export const proof = { path: 'src/greet.ts', line: 2, quote: 'return greeting + name' }

export const coverage = (
  number: number,
  over: Partial<RequirementCoverage> = {},
): RequirementCoverage => ({
  requirement: `${number}. It greets`,
  evidence: [proof],
  met: true,
  ...over,
})

export const answer = (over: Partial<VerdictAnswer> = {}): VerdictAnswer => ({
  requirements_coverage: [coverage(1)],
  missing_items: [],
  suggested_fixes: [],
  injection_attempts: [],
  next_prompt: '',
  prompt_tuning_suggestions: [],
  system_improvement_suggestions: [],
  scores: {
    correctness: 0.9,
    requirement_satisfaction: 0.9,
    maintainability: 0.8,
    testability: 0.8,
    simplicity: 0.8,
    risk_inverse: 0.9,
  },
  decision: 'pass',
  confidence: 0.9,
  ...over,
})

let made = 0
export const verdict = (
  model: string,
  result: Verdict['result'],
  over: Partial<Verdict> = {},
): Verdict => {
  made += 1
  return {
    id: `verdict-${String(made).padStart(6, '0')}`,
    model,
    subject,
    at: toInstant(made),
    result,
    ...over,
  }
}

export const line = (
  kind: DiffLine['kind'],
  text: string,
  oldLine: number | null,
  newLine: number | null,
): DiffLine => ({ kind, text, oldLine, newLine })

export const file = (over: Partial<DiffFile> & { lines?: readonly DiffLine[] } = {}): DiffFile => {
  const { lines = [], ...rest } = over
  const path = rest.path ?? 'src/greet.ts'
  return {
    path,
    oldPath: path,
    change: 'modified',
    oldMode: '100644',
    newMode: '100644',
    headerLines: [],
    binary: false,
    hunks: lines.length > 0 ? [{ header: '@@ -1,3 +1,4 @@ export', heading: '', lines }] : [],
    added: lines.filter(({ kind }) => kind === 'added').length,
    removed: lines.filter(({ kind }) => kind === 'removed').length,
    ...rest,
  }
}

export const greeting = file({
  lines: [
    line('context', 'export function greet(name: string): string {', 1, 1),
    line('removed', "  return 'Hello!'", 2, null),
    line('added', '  return greeting + name', null, 2),
    line('context', '}', 3, 3),
  ],
})

export const createDiff = (...files: readonly DiffFile[]): Diff => ({
  files,
  digest: 'diff-1',
  contentDigest: 'content-1',
  originDigest: 'origin-1',
  added: files.reduce((sum, { added }) => sum + added, 0),
  removed: files.reduce((sum, { removed }) => sum + removed, 0),
  tooLarge: null,
})

export const judgePolicy = (over: Partial<JudgePolicy> = {}): JudgePolicy => ({
  models: ['openai/gpt-5.2'],
  escalate_below: 0.6,
  timeout: 120_000,
  patience: 900_000,
  max_input_tokens: 120_000,
  invalid_answers_max: 3,
  prices: {},
  send: { logs: true, last_message: true },
  ...over,
})

export const issue = {
  title: 'Greet people by their name',
  body: '`greet()` says the same to everybody.\n\n## Acceptance criteria\n- [ ] `greet("Ada")` returns `Hello, Ada!`\n- [ ] A test covers it\n\n## Notes\nThe CLI stays as it is.',
}

export const spec = file({
  path: 'test/greet.test.ts',
  change: 'added',
  lines: [
    line('added', "test('greets by name', () => {", null, 1),
    line('added', "  expect(greet('Ada')).toBe('Hello, Ada!')", null, 2),
    line('added', '})', null, 3),
  ],
})

/** The prompt input of a change that does what its issue asks. */
export const promptInput = (over: Partial<PromptInput> = {}): PromptInput => ({
  repository: 'acme/widgets',
  issueNumber: 41,
  subject,
  baseBranch: 'main',
  issue,
  requirements: extractRequirements(issue.title, issue.body),
  diff: createDiff(greeting, spec),
  context: { files: [], unread: [] },
  checks: [
    { name: 'unit', state: 'success', summary: '214 passed' },
    { name: 'lint', state: 'success', summary: null },
  ],
  ci: '2 checks passed.',
  review: 'Codex found nothing on this commit.',
  gates: [
    { name: 'ci', result: 'pass', because: '2 checks passed.' },
    { name: 'review', result: 'pass', because: 'Codex found nothing on this commit.' },
  ],
  logs: { agent: 'ran the tests\nall green\n' },
  lastMessage: 'I made greet() use the name and added a test.',
  findings: [],
  testEdits: [],
  fault: null,
  ...over,
})
