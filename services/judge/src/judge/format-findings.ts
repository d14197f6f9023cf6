import { clip, collapseSpace } from '../lib/text.ts'
import type { JudgeFinding } from './judge-finding.ts'

const MAX_TEXT_CHARS = 500
const MAX_PATH_CHARS = 200

/** The findings as the model reads them, by topic, each with its place. */
export function formatFindings(findings: readonly JudgeFinding[]): string {
  const byTopic = [...Map.groupBy(findings, ({ topic }) => topic)]
  return byTopic
    .map(([topic, of]) => [`${topic}:`, ...of.map((finding) => `- ${formatFinding(finding)}`)])
    .map((lines) => lines.join('\n'))
    .join('\n')
}

function formatFinding({ text, path, line }: JudgeFinding): string {
  const what = clip(collapseSpace(text), MAX_TEXT_CHARS)
  if (path === null) return what
  const place = clip(collapseSpace(path), MAX_PATH_CHARS)
  return `${place}${line === null ? '' : `:${line}`}: ${what}`
}
