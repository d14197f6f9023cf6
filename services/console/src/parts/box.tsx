import type { ReactNode } from 'react'

/** A framed part of a page. */
export function Box({
  className,
  children,
}: {
  readonly className?: string | undefined
  readonly children: ReactNode
}) {
  return <div className={className === undefined ? 'box' : `box ${className}`}>{children}</div>
}
