import { lazy, Suspense } from 'react'
import { AgentText } from './agent-text.tsx'

const Rendered = lazy(async () => ({ default: (await import('./rendered-markdown.tsx')).Rendered }))

/** Markdown of others, without HTML and pictures. Until its renderer has loaded it is plain text. */
export function Markdown({ text }: { readonly text: string }) {
  const plain = (
    <p className="pre-line">
      <AgentText text={text} />
    </p>
  )
  return (
    <div className="markdown">
      <Suspense fallback={plain}>
        <Rendered text={text} />
      </Suspense>
    </div>
  )
}
