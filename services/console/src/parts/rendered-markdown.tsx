import type { ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'
import { parseSafeUrl } from './out-link.tsx'
import { revealInText } from './reveal.ts'

const schema = {
  ...defaultSchema,
  // Ids and classes could stand in for ours.
  clobber: [],
  attributes: { a: ['href'], img: ['alt', 'src'], input: ['type', 'checked', 'disabled'] },
  tagNames: [
    ...['p', 'br', 'em', 'strong', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr'],
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    ...['a', 'img', 'input'],
  ],
  protocols: { href: ['https', 'http'], src: ['https', 'http'] },
}

const Heading = ({ children }: { readonly children?: ReactNode }) => <h4>{children}</h4>

const components: Components = {
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h5: Heading,
  h6: Heading,
  a: ({ href, children }) => {
    const url = parseSafeUrl(href)
    if (url === null) return <>{children}</>
    return (
      <a href={url.href} target="_blank" rel="noreferrer noopener">
        {children}
        <span className="muted small"> ({url.host})</span>
      </a>
    )
  },
  img: ({ alt, src }) => (
    <span className="muted">
      [picture{alt ? `: ${alt}` : ''}
      {typeof src === 'string' && src !== '' ? `, ${src}` : ''}]
    </span>
  ),
}

/** See `Markdown`; loaded when the first one is shown. */
export function Rendered({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown
      skipHtml
      remarkPlugins={[remarkGfm]}
      rehypePlugins={[[rehypeSanitize, schema]]}
      components={components}
    >
      {revealInText(text)}
    </ReactMarkdown>
  )
}
