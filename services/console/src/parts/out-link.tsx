import { LinkExternalIcon } from '@primer/octicons-react'
import type { ReactNode } from 'react'

/** The address, if a browser may follow it: only `https:` and `http:`. */
export function parseSafeUrl(href: string | null | undefined): URL | null {
  const url = href === null || href === undefined ? null : URL.parse(href)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}

/**
 * A link to another system, in a new tab, that does not reveal where it was followed. An address
 * that no browser should follow is left as text.
 */
export function OutLink(props: { readonly href: string | null; readonly children: ReactNode }) {
  const url = parseSafeUrl(props.href)
  if (url === null) return <>{props.children}</>
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noreferrer noopener"
      className="out"
      title={`on ${url.host}`}
    >
      {props.children}
      <LinkExternalIcon size={12} aria-label="opens in a new tab" className="out-icon" />
    </a>
  )
}
