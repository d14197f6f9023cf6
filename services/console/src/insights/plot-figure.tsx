import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Box } from '../parts/box.tsx'
import styles from './insights.module.css'

/** A table of the numbers behind a plot. */
export interface PlotTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** A plot with its sentence above it, and its numbers as a table instead of it. */
export function PlotBox(props: {
  readonly title: string
  /** What the plot shows, made from its data; null while there is too little to say. */
  readonly sentence: string | null
  readonly table: PlotTable
  /** What is said where there is nothing to plot. */
  readonly empty?: string
  readonly width?: 'third' | 'half' | 'two-thirds' | 'whole'
  readonly children: ReactNode
}) {
  const { title, sentence, table, width = 'half', children } = props
  const { empty = 'Nothing happened in this time.' } = props
  const [isTable, setTable] = useState(false)
  const isEmpty = table.rows.length === 0
  return (
    <section className={styles.plotBox} data-width={width} aria-label={title}>
      <Box>
        <div className="box-head">
          <h2>{title}</h2>
          {!isEmpty && (
            <span className="end">
              <button
                type="button"
                className="link"
                aria-pressed={isTable}
                onClick={() => setTable(!isTable)}
              >
                {isTable ? 'Plot' : 'Table'}
              </button>
            </span>
          )}
        </div>
        <div className={styles.plot}>
          <p className={styles.sentence}>{isEmpty ? empty : (sentence ?? 'Too few yet to say')}</p>
          {!isEmpty && (isTable ? <Numbers title={title} table={table} /> : children)}
        </div>
      </Box>
    </section>
  )
}

function Numbers({ title, table }: { readonly title: string; readonly table: PlotTable }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={styles.numbers} tabIndex={0} aria-label={`${title} as a table`}>
      <table className="table">
        <thead>
          <tr>
            {table.head.map((name, index) => (
              <th scope="col" key={name} className={index === 0 ? undefined : 'numeric'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row do not move.
                <td key={index} className={index === 0 ? undefined : 'numeric'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export interface LegendEntry {
  readonly name: string
  readonly colour: string
}

/** The names of a plot's colours. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul className={styles.legend}>
      {entries.map(({ name, colour }) => (
        <li key={name}>
          <span style={{ background: colour }} />
          {name}
        </li>
      ))}
    </ul>
  )
}

type DrawPlot = (width: number) => Promise<SVGElement | HTMLElement>

/** Draws a chart as wide as its place, again when that changes. The height is reserved. */
export function Chart(props: {
  /** What the chart shows, for those who do not see it. */
  readonly name: string
  readonly height: number
  readonly draw: DrawPlot
}) {
  const { name, height, draw } = props
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  useEffect(() => {
    if (width === 0) return
    let isCurrent = true
    void draw(width).then((chart) => {
      if (isCurrent) place.current?.replaceChildren(chart)
    })
    return () => {
      isCurrent = false
    }
  }, [draw, width])
  return (
    <div ref={place} className={styles.chart} role="img" aria-label={name} style={{ height }} />
  )
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (place.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return width
}
