import { Fragment } from 'react'
import { revealHidden } from './reveal.ts'

/**
 * A text that an agent, a model, an issue or a repository controls: shown as it is, never as
 * markup. Its direction is its own, and characters that cannot be seen are shown as their numbers.
 */
export function AgentText({ text }: { readonly text: string }) {
  const parts = revealHidden(text)
  return (
    <bdi>
      {parts.map((part, index) =>
        part.kind === 'text' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
          <Fragment key={index}>{part.text}</Fragment>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
          <span key={index} className="hidden-character" title="an invisible character">
            {part.text}
          </span>
        ),
      )}
    </bdi>
  )
}
