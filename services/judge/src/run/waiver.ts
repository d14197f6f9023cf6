import { formatUtc, type Instant } from '../lib/instant.ts'

/** A finding that a person has accepted: it refuses no later attempt of the issue. */
export interface Waiver {
  readonly findingId: string
  readonly by: string
  readonly at: Instant
}

/** The waiver of a finding; null: no one has accepted it. */
export const findWaiver = (waivers: readonly Waiver[], findingId: string): Waiver | null =>
  waivers.find((waiver) => waiver.findingId === findingId) ?? null

export const describeWaiver = ({ by, at }: Waiver): string =>
  `accepted by ${by} at ${formatUtc(at)}`
