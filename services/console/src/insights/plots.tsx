import { useCallback } from 'react'
import { formatCount, formatUsd } from '../parts/format.ts'
import type { CalibrationPoint } from './calibration-chart.ts'
import type { DayPart } from './day-parts.ts'
import { outcomes, toCostParts, toOutcomeParts } from './day-parts.ts'
import type { CalibrationStep, Day, Insights } from './insights-data.ts'
import { Chart, Legend, PlotBox } from './plot-figure.tsx'

const HEIGHT_PX = 220

/** The decisions of each day by how they came out, with new policies and prompts as marks. */
export function DecisionsBox(props: {
  readonly days: readonly Day[]
  readonly marks: Insights['marks']
  readonly sentence: string | null
  readonly onOpen: (part: DayPart) => void
}) {
  const { days, marks, sentence, onOpen } = props
  const draw = useCallback(
    async (width: number) => {
      const { drawDays } = await import('./day-charts.ts')
      const byDay = Map.groupBy(marks, ({ at }) => at.slice(0, 10))
      return drawDays({
        parts: toOutcomeParts(days),
        colours: outcomes.map(([name, , colour]) => [name, colour] as const),
        width,
        height: HEIGHT_PX,
        formatValue: formatCount,
        labels: [...byDay].map(([day, list]) => ({
          day,
          text: list.length === 1 ? `new ${list[0]?.kind}` : `${list.length} changes`,
          title: list.map(({ text }) => text).join('\n'),
        })),
        open: onOpen,
      })
    },
    [days, marks, onOpen],
  )
  const totals = outcomes.map(([name, key, colour]) => ({
    name: `${name} ${formatCount(days.reduce((sum, day) => sum + day[key], 0))}`,
    colour,
  }))
  return (
    <PlotBox
      title="Decisions a day"
      sentence={sentence}
      width="two-thirds"
      table={{
        head: ['Day', ...outcomes.map(([name]) => name)],
        rows: days.map((day) => [
          day.day.slice(0, 10),
          ...outcomes.map(([, key]) => formatCount(day[key])),
        ]),
      }}
    >
      <Legend entries={totals} />
      <Chart name={sentence ?? 'Decisions a day'} height={HEIGHT_PX} draw={draw} />
    </PlotBox>
  )
}

/** Confidence of verdicts against how often people called them right. */
export function CalibrationBox(props: {
  readonly steps: readonly CalibrationStep[]
  readonly sentence: string | null
  readonly onOpen: (point: CalibrationPoint) => void
}) {
  const { steps, sentence, onOpen } = props
  const filled = steps.filter(({ count }) => count > 0)
  const draw = useCallback(
    async (width: number) => {
      const { drawCalibration, toCalibrationPoints } = await import('./calibration-chart.ts')
      return drawCalibration({
        points: toCalibrationPoints(steps),
        width,
        height: HEIGHT_PX,
        open: onOpen,
      })
    },
    [steps, onOpen],
  )
  return (
    <PlotBox
      title="When the judge is sure, is it right?"
      sentence={sentence}
      empty="No verdict was called right or wrong in this time"
      table={{
        head: ['Confidence', 'Labelled', 'Right'],
        rows: filled.map(({ from, to, count, right }) => [
          `${from} to ${to}`,
          formatCount(count),
          formatCount(right),
        ]),
      }}
    >
      <Chart
        name={sentence ?? 'Confidence against people’s labels'}
        height={HEIGHT_PX}
        draw={draw}
      />
    </PlotBox>
  )
}

const modelColours = [
  'var(--data-blue-color-emphasis)',
  'var(--data-purple-color-emphasis)',
  'var(--data-pine-color-emphasis)',
  'var(--data-brown-color-emphasis)',
  'var(--data-gray-color-emphasis)',
] as const

/** What judging cost each day, by model. */
export function CostBox(props: {
  readonly days: readonly Day[]
  readonly sentence: string | null
  readonly onOpen: (part: DayPart) => void
}) {
  const { days, sentence, onOpen } = props
  const sums = new Map<string, number>()
  for (const { costByModel } of days)
    for (const [model, usd] of Object.entries(costByModel))
      sums.set(model, (sums.get(model) ?? 0) + usd)
  const models = [...sums].toSorted(([, a], [, b]) => b - a).map(([model]) => model)
  const colour = (index: number) => modelColours[index % modelColours.length] ?? modelColours[0]
  const key = models.join('\n')
  const draw = useCallback(
    async (width: number) => {
      const { drawDays } = await import('./day-charts.ts')
      const names = key.split('\n')
      return drawDays({
        parts: toCostParts(days, names),
        colours: names.map((name, index) => [name, modelColours[index % 5] ?? ''] as const),
        width,
        height: HEIGHT_PX,
        formatValue: formatUsd,
        labels: [],
        open: onOpen,
      })
    },
    [days, key, onOpen],
  )
  return (
    <PlotBox
      title="What judging costs"
      sentence={sentence}
      empty="Judging cost nothing in this time"
      table={{
        head: ['Day', ...models],
        rows:
          models.length === 0
            ? []
            : days.map(({ day, costByModel }) => [
                day.slice(0, 10),
                ...models.map((model) => formatUsd(costByModel[model] ?? 0)),
              ]),
      }}
    >
      <Legend
        entries={models.map((model, index) => ({
          name: `${model} ${formatUsd(sums.get(model) ?? 0)}`,
          colour: colour(index),
        }))}
      />
      <Chart name={sentence ?? 'What judging costs'} height={HEIGHT_PX} draw={draw} />
    </PlotBox>
  )
}
