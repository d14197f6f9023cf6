import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { healthQuery } from '../api/fleet.ts'
import { getJson } from '../api/request.ts'
import { FaultBox } from '../parts/fault-box.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import type { DayPart } from './day-parts.ts'
import { describeFigure } from './figures.ts'
import { FlakyTable } from './flaky-table.tsx'
import { HangingBox } from './hanging-box.tsx'
import { HealthBox } from './health-box.tsx'
import styles from './insights.module.css'
import type { Insights } from './insights-data.ts'
import { PhaseSpans } from './phase-spans.tsx'
import { CalibrationBox, CostBox, DecisionsBox } from './plots.tsx'
import { ReasonBars } from './reason-bars.tsx'
import { type InsightsSearch, ranges, readFilter, readRange, statusesByPart } from './run-filter.ts'

/** How often the page looks again while it is shown. */
const REFRESH_MS = 30_000

const insightsQuery = (search: InsightsSearch) =>
  queryOptions({
    queryKey: ['insights', readRange(search), search.repository],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - readRange(search) * 86_400_000).toISOString()
      const query = new URLSearchParams({ since })
      if (search.repository !== undefined) query.set('repository', search.repository)
      return getJson<Insights>(`/api/codex/insights?${query}`, signal)
    },
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })

const route = getRouteApi('/insights')

/** Is it healthy, where does it hang, is it getting better, and what does it cost. */
export function InsightsPage() {
  const search = route.useSearch()
  useDocumentTitle('Insights')
  const health = useQuery(healthQuery)
  const insights = useQuery(insightsQuery(search))
  return (
    <>
      <div className={styles.head}>
        <PageTitle>Insights</PageTitle>
        <Range search={search} />
      </div>
      {health.data !== undefined && <HealthBox health={health.data} />}
      {health.error !== null && (
        <FaultBox error={health.error} onRetry={() => void health.refetch()} />
      )}
      {insights.data !== undefined && <Plots insights={insights.data} search={search} />}
      {insights.error !== null && (
        <FaultBox error={insights.error} onRetry={() => void insights.refetch()} />
      )}
    </>
  )
}

/** Repository and range, both kept in the address. */
function Range({ search }: { readonly search: InsightsSearch }) {
  const navigate = useNavigate()
  const go = (next: InsightsSearch) =>
    void navigate({ to: '/insights', search: { ...search, ...next }, replace: true })
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const repository = String(new FormData(event.currentTarget).get('repository')).trim()
          go({ repository: repository === '' ? undefined : repository })
        }}
      >
        <label>
          Repository
          <input
            key={search.repository}
            name="repository"
            className="input"
            defaultValue={search.repository ?? ''}
            placeholder="all"
            pattern="[^\s\/]+\/[^\s\/]+"
            title="owner/name"
          />
        </label>
      </form>
      <label>
        Range
        <select
          className="input"
          value={readRange(search)}
          onChange={({ target }) => go({ days: Number(target.value) })}
        >
          {ranges.map((days) => (
            <option key={days} value={days}>
              {days} days
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

function Plots(props: { readonly insights: Insights; readonly search: InsightsSearch }) {
  const { insights, search } = props
  const { days, sentences, enough, hanging, reasons, phases, calibration, flaky } = insights
  const navigate = useNavigate()
  const { repository } = search
  const say = (plot: string): string | null => sentences[plot] ?? null
  const sayRate = (plot: string): string | null => (enough ? say(plot) : null)
  const openDay = useCallback(
    ({ filter, name }: DayPart) => {
      const status = statusesByPart[name]
      const shown = status === undefined ? readFilter(filter) : { ...readFilter(filter), status }
      void navigate({ to: '/', search: shown })
    },
    [navigate],
  )
  const openCompleted = useCallback(() => {
    void navigate({
      to: '/',
      search: { status: 'completed', ...(repository === undefined ? {} : { repository }) },
    })
  }, [navigate, repository])
  return (
    <>
      <Figures insights={insights} />
      <div className={styles.grid}>
        <DecisionsBox days={days} marks={insights.marks} sentence={say('days')} onOpen={openDay} />
        <HangingBox hanging={hanging} sentence={sentences.hanging ?? null} />
        <ReasonBars reasons={reasons} sentence={say('reasons')} />
        <PhaseSpans phases={phases} sentence={sayRate('phases')} />
        <CalibrationBox
          steps={calibration}
          sentence={sayRate('calibration')}
          onOpen={openCompleted}
        />
        <CostBox days={days} sentence={say('costs')} onOpen={openDay} />
        <FlakyTable flaky={flaky} sentence={sentences.flaky ?? null} />
      </div>
    </>
  )
}

function Figures({ insights }: { readonly insights: Insights }) {
  return (
    <div className={styles.figures}>
      {insights.figures.map((figure) => {
        const { title, value, change, isBetter } = describeFigure(figure, insights.enough)
        const tone = isBetter === null ? '' : isBetter ? styles.better : styles.worse
        return (
          <Link
            key={figure.name}
            to="/"
            search={readFilter(figure.filter)}
            className={styles.figure}
          >
            <div className={styles.figureName}>{title}</div>
            <div className={styles.figureValue}>{value}</div>
            <div className={`${styles.figureChange} ${tone}`}>{change}</div>
          </Link>
        )
      })}
    </div>
  )
}
