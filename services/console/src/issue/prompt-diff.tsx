import { useEffect, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import diff from '../run/diff.module.css'
import page from '../run/run.module.css'
import type { PromptLine } from './compare-prompts.ts'

const signs = { added: '+', removed: '−', context: '' } as const
const lineNames = { added: 'added: ', removed: 'removed: ', context: '' } as const

/** Two prompts as one, with the lines that only one of them has. */
export function PromptDiff(props: {
  readonly before: string | null
  readonly after: string | null
}) {
  const { before, after } = props
  const [lines, setLines] = useState<readonly PromptLine[] | null>(null)
  useEffect(() => {
    let isCurrent = true
    void import('./compare-prompts.ts').then(({ comparePrompts }) => {
      if (isCurrent) setLines(comparePrompts(before ?? '', after ?? ''))
    })
    return () => {
      isCurrent = false
    }
  }, [before, after])
  if (before === null || after === null)
    return (
      <Box>
        <p className={`${page.row} muted`}>The prompt of one of them is not known.</p>
      </Box>
    )
  return (
    <Box>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className={diff.scroll} tabIndex={0} aria-label="Prompts compared">
        <table className={`${diff.diff} ${diff.prose}`}>
          <tbody>
            {lines?.map(({ kind, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a diff do not move.
              <tr key={index} className={diff[kind]}>
                <td className={diff.sign} aria-hidden="true">
                  {signs[kind]}
                </td>
                <td>
                  <span className="sr-only">{lineNames[kind]}</span>
                  <AgentText text={text} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Box>
  )
}
