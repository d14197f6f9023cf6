import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { summaryQuery } from '../api/fleet.ts'
import { useLiveEvents } from '../api/live.ts'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatCount } from '../parts/format.ts'
import { Key } from '../parts/keys.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { FilterLine } from './filter-line.tsx'
import { groupRuns, type RunGroup } from './group-runs.ts'
import { hasRun, isFilteredOut, replaceRun } from './merge-runs.ts'
import { Pulse } from './pulse.tsx'
import { RunGroups, RunsSkeleton } from './run-groups.tsx'
import styles from './runs.module.css'
import { RunsEmpty } from './runs-empty.tsx'
import { groupedSearches, type RunsSearch, runsQuery } from './runs-search.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useSteadyGroups } from './use-steady-groups.ts'
import { Views } from './views.tsx'

const route = getRouteApi('/')

/** What runs are doing now, and how the last ones ended. */
export function RunsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  useDocumentTitle('Runs')
  const { data: summary } = useQuery(summaryQuery(search.repository ?? null))
  const total = summary && Object.values(summary.counts).reduce((sum, { count }) => sum + count, 0)
  const change = (next: RunsSearch) => void navigate({ search: next })
  const isGrouped = groupedSearches(search) !== null
  return (
    <>
      <div className="page-head">
        <PageTitle>Runs</PageTitle>
        <span className="end small muted">
          {total !== undefined && `${formatCount(total)} ${total === 1 ? 'run' : 'runs'}, all time`}
        </span>
      </div>
      <Pulse repository={search.repository ?? null} />
      <FilterLine search={search} onChange={change} />
      <Views search={search} counts={summary?.counts ?? null} />
      {isGrouped ? <GroupedRuns search={search} /> : <FilteredRuns search={search} />}
    </>
  )
}

function GroupedRuns({ search }: { readonly search: RunsSearch }) {
  const searches = groupedSearches(search) ?? { asked: search, open: search, ended: search }
  const asked = useInfiniteQuery(runsQuery(searches.asked))
  const open = useInfiniteQuery(runsQuery(searches.open))
  const ended = useInfiniteQuery(runsQuery(searches.ended))
  const groups = useMemo(() => {
    if (!asked.data || !open.data || !ended.data) return null
    const read = ({ pages }: typeof asked.data) => ({
      runs: pages.flatMap((page) => page.runs),
      total: pages.at(-1)?.total ?? 0,
    })
    const lists = { asked: read(asked.data), open: read(open.data), ended: read(ended.data).runs }
    return groupRuns(lists, new Date())
  }, [asked.data, open.data, ended.data])
  useLiveList(search)
  const error = asked.error ?? open.error ?? ended.error
  if (groups === null)
    return error === null ? (
      <RunsSkeleton />
    ) : (
      <FaultBox
        error={error}
        onRetry={() => void Promise.all([asked.refetch(), open.refetch(), ended.refetch()])}
      />
    )
  return <ListedRuns search={search} groups={groups} more={ended} />
}

function FilteredRuns({ search }: { readonly search: RunsSearch }) {
  const query = useInfiniteQuery(runsQuery(search))
  const groups = useMemo((): readonly RunGroup[] | null => {
    if (query.data === undefined) return null
    const runs = query.data.pages.flatMap((page) => page.runs)
    if (runs.length === 0) return []
    const last = query.data.pages.at(-1)
    const count = last?.total ?? 0
    const total = `${formatCount(count)}${last?.totalIsExact === false ? ' or more' : ''}`
    const aside = `Showing ${formatCount(runs.length)} of ${total}, newest first`
    return [{ key: 'matching', title: 'Matching runs', aside, runs, count }]
  }, [query.data])
  useLiveList(search)
  if (groups === null)
    return query.error === null ? (
      <RunsSkeleton />
    ) : (
      <FaultBox error={query.error} onRetry={() => void query.refetch()} />
    )
  return <ListedRuns search={search} groups={groups} more={query} />
}

interface More {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => unknown
  readonly isFetchNextPageError: boolean
}

function KeyLine() {
  return (
    <p className="key-line">
      <span>
        <Key keys="j" /> <Key keys="k" /> move
      </span>
      <span>
        <Key keys="Enter" /> open
      </span>
      <span>
        <Key keys="f" /> filter
      </span>
      <span>
        <Key keys="o" /> open the pull request
      </span>
      <span>
        <Key keys="g i" /> inbox
      </span>
      <span>
        <Key keys="?" /> all keys
      </span>
    </p>
  )
}

function ListedRuns(props: {
  readonly search: RunsSearch
  readonly groups: readonly RunGroup[]
  readonly more: More
}) {
  const { search, more } = props
  const list = useRef<HTMLDivElement>(null)
  const { groups, waiting, release } = useSteadyGroups(props.groups, JSON.stringify(search), list)
  useRowKeys(list)
  if (props.groups.length === 0) return <RunsEmpty search={search} />
  return (
    <>
      {waiting > 0 && (
        <button
          type="button"
          className={`button small ${styles.newRuns}`}
          onClick={() => {
            release()
            window.scrollTo({ top: 0 })
          }}
        >
          {waiting === 1 ? '1 new run' : `${formatCount(waiting)} new runs`}
        </button>
      )}
      <div ref={list}>
        <RunGroups groups={groups} />
      </div>
      {more.hasNextPage && (
        <p className={styles.older}>
          <span className="small muted">
            Showing {formatCount(groups.reduce((sum, { runs }) => sum + runs.length, 0))}
          </span>
          <button
            type="button"
            className="button small"
            disabled={more.isFetchingNextPage}
            onClick={() => void more.fetchNextPage()}
          >
            {more.isFetchingNextPage ? 'Loading…' : 'Show older'}
          </button>
          {more.isFetchNextPageError && <span role="alert">That failed; try again.</span>}
        </p>
      )}
      <KeyLine />
    </>
  )
}

/** The list is read again at most this often, however many runs are announced. */
const REFETCH_EVERY_MS = 1_000

/** Applies changes to the runs that are shown at once, and reads the list again for others. */
function useLiveList(search: RunsSearch): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
    },
    [],
  )
  useLiveEvents((event) => {
    if (event.kind !== 'run') return
    const searches = Object.values(groupedSearches(search) ?? { all: search })
    let isShownEverywhere = true
    for (const each of searches) {
      const { queryKey } = runsQuery(each)
      const data = client.getQueryData(queryKey)
      if (data === undefined) continue
      const isShown = hasRun(data, event.run.id)
      if (isShown) client.setQueryData(queryKey, replaceRun(data, event.run))
      if (isShown === isFilteredOut(event.run, each)) isShownEverywhere = false
    }
    if (isShownEverywhere) return
    timer.current ??= setTimeout(() => {
      timer.current = null
      void client.invalidateQueries({ queryKey: ['runs'] })
    }, REFETCH_EVERY_MS)
  })
}
