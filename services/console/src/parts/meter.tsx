import { useNow } from './clock.ts'
import type { Tone } from './status.tsx'

/** How much of a wait is used up, by the service's clock. */
export function Meter({ since, until }: { readonly since: string; readonly until: string }) {
  const now = useNow()
  const [from, to] = [Date.parse(since), Date.parse(until)]
  const share = to > from ? Math.min(1, Math.max(0, (now - from) / (to - from))) : 1
  return <Level value={share} name={`${Math.round(share * 100)} % of the deadline used`} />
}

/** A share from 0 to 1 as a bar; `name` says it in words. */
export function Level(props: {
  readonly value: number
  readonly name: string
  readonly tone?: Tone
}) {
  const { value, name, tone = 'work' } = props
  return (
    <span className="level" role="img" aria-label={name} data-tone={tone}>
      <span style={{ width: `${Math.round(Math.min(1, Math.max(0, value)) * 100)}%` }} />
    </span>
  )
}
