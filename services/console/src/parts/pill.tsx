import type { ReactNode } from 'react'
import type { Tone } from './status.tsx'

/** A word in a rounded frame. */
export function Pill(props: {
  readonly tone?: Tone
  readonly isSolid?: boolean
  readonly children: ReactNode
}) {
  const { tone, isSolid = false, children } = props
  return (
    <span className={isSolid ? 'pill solid' : 'pill'} data-tone={tone}>
      {children}
    </span>
  )
}
