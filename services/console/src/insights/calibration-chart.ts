import * as Plot from '@observablehq/plot'
import { prepare } from './day-charts.ts'
import type { CalibrationStep } from './insights-data.ts'

/** A step of confidence with the share of its verdicts that people called right. */
export interface CalibrationPoint extends CalibrationStep {
  readonly middle: number
  readonly share: number
}

export const toCalibrationPoints = (
  steps: readonly CalibrationStep[],
): readonly CalibrationPoint[] =>
  steps
    .filter(({ count }) => count > 0)
    .map((step) => ({
      ...step,
      middle: (step.from + step.to) / 2,
      share: step.right / step.count,
    }))

const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Confidence against the share that was right; on the dashed line both are equal. */
export function drawCalibration(chart: {
  readonly points: readonly CalibrationPoint[]
  readonly width: number
  readonly height: number
  readonly open: (point: CalibrationPoint) => void
}): SVGElement | HTMLElement {
  const { points, width, height, open } = chart
  const lowest = Math.min(0.5, ...points.map(({ middle, share }) => Math.min(middle, share)))
  const floor = Math.floor(lowest * 10) / 10
  const blue = 'var(--data-blue-color-emphasis)'
  const plot = Plot.plot({
    width,
    height,
    marginLeft: 48,
    marginBottom: 28,
    marginRight: 16,
    x: { domain: [floor, 1], ticks: 5, label: null, tickSize: 0 },
    y: { domain: [floor, 1], ticks: 4, grid: true, label: null, tickFormat: percent },
    r: { type: 'identity' },
    marks: [
      Plot.line(
        [
          [floor, floor],
          [1, 1],
        ],
        { stroke: 'var(--borderColor-emphasis)', strokeDasharray: '4 4' },
      ),
      Plot.line(points, { x: 'middle', y: 'share', stroke: blue, strokeWidth: 2 }),
      Plot.dot(points, {
        x: 'middle',
        y: 'share',
        r: ({ count }: CalibrationPoint) => Math.min(8, 3 + Math.sqrt(count) / 2),
        fill: blue,
        stroke: 'var(--bgColor-default)',
        className: 'opens-runs',
        title: ({ from, to, share, count }: CalibrationPoint) =>
          `Confidence ${from} to ${to}: ${percent(share)} of ${count} were right`,
      }),
      Plot.text(points, { x: 'middle', y: 'share', text: 'count', dy: 16 }),
    ],
  })
  return prepare(plot, points, open)
}
