import * as Plot from '@observablehq/plot'
import type { DayPart } from './day-parts.ts'

interface DayChart {
  readonly parts: readonly DayPart[]
  /** The parts in the order in which they are stacked, each with its colour. */
  readonly colours: readonly (readonly [name: string, colour: string])[]
  readonly width: number
  readonly height: number
  readonly formatValue: (value: number) => string
  /** What changed on single days, above a line through them. */
  readonly labels: readonly {
    readonly day: string
    readonly text: string
    readonly title: string
  }[]
  readonly open: (part: DayPart) => void
}

const label = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const formatDayLabel = (day: string): string => label.format(Date.parse(day))

/** At most this many days carry their date. */
const MAX_TICKS = 6

/** The days whose date is written below the axis. */
function chooseTicks(days: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.ceil(days.length / MAX_TICKS))
  return days.filter((_, index) => index % step === 0)
}

/** Stacked bars by day. A click on one opens what it stands for. */
export function drawDays(chart: DayChart): SVGElement | HTMLElement {
  const { parts, colours, width, height, formatValue, labels, open } = chart
  const days = [...new Set(parts.map(({ day }) => day))]
  const drawn = parts.filter(({ value }) => value > 0)
  const plot = Plot.plot({
    width,
    height,
    marginLeft: 40,
    marginTop: 24,
    marginBottom: 24,
    x: { domain: days, padding: 0.12, label: null },
    y: { grid: true, ticks: 3, label: null, tickFormat: formatValue, nice: true },
    color: {
      domain: colours.map(([name]) => name),
      range: colours.map(([, colour]) => colour),
    },
    marks: [
      Plot.axisX({ ticks: chooseTicks(days), tickFormat: formatDayLabel, tickSize: 0 }),
      Plot.barY(drawn, {
        x: 'day',
        y: 'value',
        fill: 'name',
        order: colours.map(([name]) => name),
        insetTop: 0.5,
        insetBottom: 0.5,
        rx: 1,
        className: 'opens-runs',
        title: ({ day, name, value }: DayPart) =>
          `${formatDayLabel(day)}: ${formatValue(value)} ${name}`,
      }),
      Plot.ruleX(labels, {
        x: 'day',
        stroke: 'var(--borderColor-emphasis)',
        strokeDasharray: '2 3',
      }),
      Plot.text(labels, { x: 'day', text: 'text', title: 'title', frameAnchor: 'top', dy: -16 }),
    ],
  })
  return prepare(plot, drawn, open)
}

/** Fits a chart to our policy and pages: no style of its own, and marks that open their runs. */
export function prepare<T>(
  plot: SVGElement | HTMLElement,
  data: readonly T[],
  open: (item: T) => void,
): SVGElement | HTMLElement {
  for (const style of plot.querySelectorAll('style')) style.remove()
  // The chart as a whole has a name; parts of a picture have none.
  for (const part of plot.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label')
  plot.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element) || target.closest('.opens-runs') === null) return
    const index: unknown = Reflect.get(target, '__data__')
    const item = typeof index === 'number' ? data[index] : undefined
    if (item !== undefined) open(item)
  })
  return plot
}
