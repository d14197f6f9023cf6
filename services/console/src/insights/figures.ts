import { formatCount, formatDuration, formatUsd } from '../parts/format.ts'
import type { Figure } from './insights-data.ts'

/** A figure in words: its value, what it was compared with before, and whether that is better. */
export interface FigureText {
  readonly title: string
  readonly value: string
  readonly change: string
  readonly isBetter: boolean | null
}

interface FigureKind {
  readonly title: string
  readonly format: (value: number) => string
  /** A difference of two values, without its sign. */
  readonly formatChange: (difference: number) => string
  readonly isMoreBetter: boolean
  /** True for what counts, and so says something from the first on. */
  readonly isCount?: boolean
  /** Differences below this are not worth a word. */
  readonly smallest: number
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const points = (share: number): string => {
  const rounded = Math.round(share * 100)
  return rounded === 1 ? '1 point' : `${rounded} points`
}

const kinds: Readonly<Record<Figure['name'], FigureKind>> = {
  issuesCompleted: {
    title: 'Issues completed',
    format: formatCount,
    formatChange: formatCount,
    isMoreBetter: true,
    isCount: true,
    smallest: 1,
  },
  firstAttempt: {
    title: 'At the first attempt',
    format: percent,
    formatChange: points,
    isMoreBetter: true,
    smallest: 0.005,
  },
  attemptsPerIssue: {
    title: 'Attempts an issue',
    format: (value) => value.toFixed(1),
    formatChange: (value) => value.toFixed(1),
    isMoreBetter: false,
    smallest: 0.05,
  },
  decisionSeconds: {
    title: 'Workflow end → decision',
    format: formatDuration,
    formatChange: formatDuration,
    isMoreBetter: false,
    smallest: 1,
  },
  costPerCompleted: {
    title: 'Cost a completed issue',
    format: formatUsd,
    formatChange: formatUsd,
    isMoreBetter: false,
    smallest: 0.01,
  },
  answerSeconds: {
    title: 'A person’s answer takes',
    format: formatDuration,
    formatChange: formatDuration,
    isMoreBetter: false,
    smallest: 60,
  },
}

/** A figure as it is shown. Without a value, or with too few decisions, it says so. */
export function describeFigure(figure: Figure, isEnough: boolean): FigureText {
  const { title, format, isCount = false } = kinds[figure.name]
  const { value, p95 } = figure
  if (value === null || !(isEnough || isCount))
    return { title, value: '—', change: 'Too few yet to say', isBetter: null }
  const change = describeChange(figure, value)
  const parts = [...(p95 === null ? [] : [`p95 ${format(p95)}`]), ...(change ? [change.text] : [])]
  return {
    title,
    value: format(value),
    change: parts.length === 0 ? 'nothing before it' : parts.join(', '),
    isBetter: change?.isBetter ?? null,
  }
}

/** How the value differs from that of the period before; null if that had none. */
function describeChange(figure: Figure, value: number) {
  const { formatChange, isMoreBetter, smallest } = kinds[figure.name]
  if (figure.before === null) return null
  const difference = value - figure.before
  if (Math.abs(difference) < smallest) return { text: 'as before', isBetter: null }
  const sign = difference > 0 ? '+' : '−'
  return {
    text: `${sign}${formatChange(Math.abs(difference))}`,
    isBetter: difference > 0 === isMoreBetter,
  }
}
