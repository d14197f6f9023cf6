/** The comment by which the reviewer shows the state of its reviews, as it writes it since 2026. */

export const SUMMARY_MARKER = '<!-- codex-pull-request-review-summary -->'

export interface SummaryRow {
  readonly state: 'Running' | 'Completed' | 'Failed'
  readonly kind?: 'Code' | 'Security'
  readonly trigger?: string
  readonly commit?: string
  readonly at?: string
}

export const formatSummary = (
  rows: readonly Required<Pick<SummaryRow, 'at' | 'commit' | 'state'>>[],
) =>
  `${SUMMARY_MARKER}

## Codex Review Summary

This comment shows the latest Codex review activity on this pull request.

| Review | Status | Commit | Review trigger |
| --- | --- | --- | --- |
${rows.map(formatRow).join('\n')}



<details> <summary>ℹ️ About Codex in GitHub</summary>
<br/>

[Your team has set up Codex to review pull requests in this repo](https://chatgpt.com/codex/cloud/settings/general). Reviews are triggered when you
- Open a pull request for review
- Mark a draft as ready
- Comment "@codex review" or "@codex security review".

Codex reacts with 👀 while any review is running, comments if it has suggestions, and reacts with 👍 once all reviews finish with no findings.

</details>
`

const states = {
  Running: '🔄 **Running** since',
  Completed: '✅ **Completed**',
  Failed: '❌ **Failed**',
} as const
const kinds = { Code: '📝 **Code Review**', Security: '🔒 **Security Review**' } as const

const formatRow = ({
  state,
  kind = 'Code',
  trigger = 'New commits',
  commit = '',
  at = '',
}: SummaryRow) => {
  const time = `<relative-time datetime="${at}">${at}</relative-time>`
  return `| ${kinds[kind]} | ${states[state]} ${time} | \`${commit.slice(0, 7)}\` | ${trigger} |`
}
