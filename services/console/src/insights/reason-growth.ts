import type { ReasonCount } from './insights-data.ts'

/** From fewer runs than this a percentage would mean nothing. */
const ENOUGH_TO_COMPARE = 5

/** `+21 %`; from few runs the difference itself, since a percentage would mean nothing. */
export function describeGrowth({ count, before }: Pick<ReasonCount, 'count' | 'before'>): string {
  const difference = count - before
  if (difference === 0) return '±0'
  const sign = difference > 0 ? '+' : '−'
  return before < ENOUGH_TO_COMPARE
    ? `${sign}${Math.abs(difference)}`
    : `${sign}${Math.round((100 * Math.abs(difference)) / before)} %`
}
