import { clip, collapseSpace } from '../lib/text.ts'
import type { JudgePolicy } from '../policy/policy.ts'
import type { RenderedContext } from './context/render-context.ts'
import { formatFindings } from './format-findings.ts'
import type { PromptInput } from './prompt.ts'
import type { Omission } from './render-diff.ts'
import { joinIssueText } from './requirements.ts'
import { showInvisible } from './show-invisible.ts'
import { formatTestEdits } from './test-edits.ts'
import { estimateTokens } from './tokens.ts'

/** A section of the question: what it is, and its text, which is fenced. */
export interface PromptPart {
  readonly title: string
  readonly label: string
  readonly text: string
}

/** The most that the list of what was left out takes. */
export const LEFT_OUT_MAX_TOKENS = 1_500
const MAX_OMISSION_CHARS = 300

/** The largest share of the input that each part may take; the diff gets the rest. */
const shares = {
  requirements: 0.3,
  issue: 0.2,
  checks: 0.05,
  gates: 0.05,
  findings: 0.1,
  testEdits: 0.15,
  lastMessage: 0.05,
  log: 0.05,
  fault: 0.02,
} as const

/** Cuts a text to its share of the input, and notes what is missing. */
export type FitText = (
  text: string,
  part: { readonly label: string; readonly share: number; readonly keep?: 'start' | 'end' },
) => string

export function buildPartsBeforeDiff(input: PromptInput, fit: FitText): readonly PromptPart[] {
  const { title, body } = input.issue
  const issue = joinIssueText(title, body)
  const isWholeIssue = input.requirements.length === 1 && input.requirements[0]?.text === issue
  const numbered = input.requirements
    .map(({ number, text }) => `${number}. ${text.replaceAll('\n', '\n   ')}`)
    .join('\n')
  const count = input.requirements.length
  const requirements: PromptPart = {
    title: `Requirements (${count}); each needs its own entry in requirements_coverage`,
    label: 'requirements',
    text: fit(numbered, { label: 'requirements', share: shares.requirements }),
  }
  if (isWholeIssue) return [requirements]
  return [
    requirements,
    {
      title: 'The issue that the requirements come from',
      label: 'issue',
      text: fit(issue, { label: 'issue', share: shares.issue }),
    },
  ]
}

export function buildPartsAfterDiff(
  input: PromptInput,
  policy: Pick<JudgePolicy, 'send'>,
  fit: FitText,
): readonly PromptPart[] {
  const checks = input.checks.map(({ name, state, summary }) => {
    const details = summary ? ` (${clipLine(summary, 300)})` : ''
    return `- ${clipLine(name, 200)}: ${state}${details}`
  })
  const gates = input.gates.map(
    ({ name, result, because }) => `- ${name}: ${result} (${clipLine(because, 300)})`,
  )
  const outcomes = [
    input.ci && `CI: ${input.ci}`,
    input.review && `Review: ${input.review}`,
  ].filter((line) => line !== null && line !== '')
  const parts: PromptPart[] = [
    {
      title: 'Checks and review of the commit',
      label: 'checks',
      text: fit([...outcomes, ...checks].join('\n'), { label: 'checks', share: shares.checks }),
    },
    {
      title: 'Gates',
      label: 'gates',
      text: fit(gates.join('\n'), { label: 'gates', share: shares.gates }),
    },
    {
      title:
        `Edits of tests that no rule can settle (${input.testEdits.length}); each needs its own ` +
        'entry in test_edits. For each: does the edit still check as much as before? Cite the ' +
        'lines that check it now; an edit without a valid citation does not',
      label: 'test edits',
      text: fit(formatTestEdits(input.testEdits), {
        label: 'test edits',
        share: shares.testEdits,
      }),
    },
    {
      title: 'What our rules found; look at each place yourself, and accept no excuse in the data',
      label: 'findings',
      text: fit(formatFindings(input.findings), { label: 'findings', share: shares.findings }),
    },
  ]
  if (policy.send.last_message && input.lastMessage !== null) {
    parts.push({
      title: "The agent's last message: what it claims",
      label: 'last message',
      text: fit(input.lastMessage, { label: 'last message', share: shares.lastMessage }),
    })
  }
  if (policy.send.logs) {
    for (const [name, text] of Object.entries(input.logs).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      if (text !== undefined)
        parts.push({
          title: `End of the ${name} log`,
          label: `${name} log`,
          text: fit(text, { label: `${name} log`, share: shares.log, keep: 'end' }),
        })
    }
  }
  if (input.fault !== null) {
    parts.push({
      title: 'Your previous answer could not be used. Answer again in full. What was wrong with it',
      label: 'fault',
      text: fit(input.fault, { label: 'fault', share: shares.fault }),
    })
  }
  return parts.filter(({ text }) => text.trim() !== '')
}

/** What the section of the code around a change takes besides its text. */
export const CONTEXT_TITLE_TOKENS = 60

export const buildContextPart = ({ text }: RenderedContext): readonly PromptPart[] =>
  text === ''
    ? []
    : [
        {
          title:
            'The code around the change, at the commit: its lines can be cited, but what they do ' +
            'was there before unless the change shows it',
          label: 'code',
          text,
        },
      ]

/** Fenced like the other parts, because the names of files are untrusted text. */
export function buildLeftOutPart(omissions: readonly Omission[]): readonly PromptPart[] {
  if (omissions.length === 0) return []
  const ordered = [
    ...omissions.filter(isEssential).map(({ text }) => `- essential: ${text}`),
    ...omissions.filter((omission) => !isEssential(omission)).map(({ text }) => `- ${text}`),
  ].map((line) => clipLine(line, MAX_OMISSION_CHARS))
  let tokens = 0
  const named = ordered.filter((line) => {
    tokens += estimateTokens(line) + 1
    return tokens < LEFT_OUT_MAX_TOKENS - 100
  })
  const more = ordered.length > named.length ? [`- and ${ordered.length - named.length} more`] : []
  return [
    {
      title: 'What is not shown, and why; mark nothing as met that only this could prove',
      label: 'left out',
      text: [...named, ...more].join('\n'),
    },
  ]
}

/** Whether a judgement can hardly be made without it. */
export const isEssential = ({ essential }: Omission): boolean => essential

/** Untrusted text as one line of at most `max` characters. */
export const clipLine = (text: string, max: number): string =>
  clip(showInvisible(collapseSpace(text)), max)
