import { describe, expect, test } from 'vitest'
import { parseCommitSha } from '../run/run.ts'
import {
  isAbbreviationFor,
  isCleanReview,
  isReviewRequest,
  isTaskSummary,
  listFindings,
  readReviewedCommit,
  readSeverity,
} from './parse-codex-text.ts'

const about =
  '<details> <summary>ℹ️ About Codex in GitHub</summary>\n<br/>\n\nReviews are triggered when you comment "@codex review". Connect your Codex account in settings; usage limits apply.\n</details>'

test.each([
  [
    '**<sub><sub>![P1 Badge](https://img.shields.io/badge/P1-orange?style=flat)</sub></sub>  Cast first**\n\nBecause.',
    'P1',
  ],
  ['![P0 Badge](https://img.shields.io/badge/P0-red) **Title**', 'P0'],
  ['<img src="https://img.shields.io/badge/P2-yellow" alt="">Title', 'P2'],
  ['**P3** Rename it', 'P3'],
  ['**[P2] Rename it.**', 'P2'],
  ['### P1: Missing validation', 'P1'],
  ['P0: Cross-tenant access', 'P0'],
  ['\n\n  **P1** after empty lines', 'P1'],
  ['**P1** and **P3** in one heading: the more severe', 'P1'],
  ['Use the P2P transport', null],
  ['A finding without a badge', null],
  ['A heading\n\nIt quotes ![P3 Badge](x) further down', null],
  ['**P4** is no level', null],
  ['', null],
])('the badge of %j is %s', (body, severity) => expect(readSeverity(body)).toBe(severity))

test.each([
  ['### 💡 Codex Review\n\n**Reviewed commit:** `f8a52ac15e`\n', 'f8a52ac15e'],
  ['**Reviewed commit:** f8a52ac15e', 'f8a52ac15e'],
  ['**Reviewed commit**: [`F8A52AC15E`](https://github.com/o/r/commit/f8a52ac15e)', 'f8a52ac15e'],
  ['Reviewed commit: f8a52ac', 'f8a52ac'],
  ['Reviewed commit: f8a5', null],
  ['Reviewed commit: unknown', null],
  ['It names f8a52ac15e in passing', null],
  [`https://github.com/o/r/blob/${'f8a52'.repeat(8)}/src/a.ts#L1-L3`, 'f8a52'.repeat(8)],
  [`/blob/${'a'.repeat(40)}/a.ts and /blob/${'b'.repeat(40)}/a.ts`, null],
])('%j names the commit %s', (body, commit) => expect(readReviewedCommit(body)).toBe(commit))

test('only the beginning of a commit id names the commit', () => {
  const commit = parseCommitSha(`f8a52ac15e${'0'.repeat(30)}`)
  if (commit === null) throw new Error('no commit')
  expect(
    ['f8a52ac15e', 'f8a52ac', commit].map((named) => isAbbreviationFor(named, commit)),
  ).toEqual([true, true, true])
  expect(
    ['f8a52ac15f', '52ac15e', `${commit}0`].map((named) => isAbbreviationFor(named, commit)),
  ).toEqual([false, false, false])
})

describe('a clean review', () => {
  test.each([
    "Codex Review: Didn't find any major issues. :rocket:",
    'Codex Review: Didn’t find any major issues. Breezy!',
    `Codex Review: Did not find any major issues.\n\n**Reviewed commit:** \`d94a859dde\`\n\n${about}`,
  ])('%j', (body) => expect(isCleanReview(body)).toBe(true))
  test.each([
    '### 💡 Codex Review\n\nHere are some automated review suggestions.',
    'Codex Review: Something went wrong. Try again later by commenting “@codex review”.',
    "Didn't find any major issues, but **P2** this one",
    '<details>Didn’t find any major issues</details> Codex is looking.',
    "> Codex Review: Didn't find any major issues.\n\nThat was an earlier head.",
    "```\nCodex Review: Didn't find any major issues.\n```",
    "### Summary\n\n- The bot didn't find any major issues.\n\n[View task →](https://chatgpt.com/s/1)",
  ])('not by %j', (body) => expect(isCleanReview(body)).toBe(false))
})

test('findings are the lines with a badge, outside quotes and code', () => {
  const body = [
    '### 💡 Codex Review',
    '',
    '**<sub><sub>![P1 Badge](https://img.shields.io/badge/P1-orange)</sub></sub>  Cast `n` first**',
    'It overflows.',
    '[P3] Rename it',
    '> **P0** an earlier finding',
    '```md',
    '**P0** an example',
    '```',
    about,
  ].join('\n')
  expect(listFindings(body)).toEqual([
    { severity: 'P1', title: 'Cast `n` first' },
    { severity: 'P3', title: 'Rename it' },
  ])
})

test('what the connector writes after a task is recognised', () => {
  expect(
    [
      '### Summary\n\n* Adds a banner.\n\n**Testing**\n* ✅ `npm test`\n\n[View task →](https://chatgpt.com/s/1)',
      '**Summary**\n\n- Adds a banner.',
      'I opened a pull request. [View task](https://chatgpt.com/s/1)',
    ].map(isTaskSummary),
  ).toEqual([true, true, true])
  expect(
    ['### 💡 Codex Review', '> ### Summary', 'Summary of findings', 'View task'].map(isTaskSummary),
  ).toEqual([false, false, false, false])
})

test('a review request is recognised, a quoted one is not', () => {
  expect(
    ['@codex review', 'Please, @codex  review this', '@Codex review\n<!-- marker -->'].map(
      isReviewRequest,
    ),
  ).toEqual([true, true, true])
  expect(
    ['comment `@codex review`', 'mail@codex review', '@codex reviewer', '@codex fix it'].map(
      isReviewRequest,
    ),
  ).toEqual([false, false, false, false])
})
