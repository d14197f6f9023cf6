import { LawIcon } from '@primer/octicons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { summaryQuery } from '../api/fleet.ts'
import { useLiveEvents } from '../api/live.ts'
import { Outbox } from '../inbox/outbox-list.tsx'
import { formatCount } from '../parts/format.ts'
import { useKeys } from '../parts/keys.tsx'
import { Find } from './find.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { LiveBadge } from './live-badge.tsx'
import { PausesLine } from './pauses-line.tsx'
import styles from './shell.module.css'
import { useFocusOnNavigation } from './use-focus-on-navigation.ts'
import { UserMenu } from './user-menu.tsx'

/** What every page has around it: the way to the others, the state of the connection, and keys. */
export function Shell() {
  const [showsKeys, setShowsKeys] = useState(false)
  const main = useRef<HTMLElement>(null)
  useFocusOnNavigation(main)
  useGoKeys(() => setShowsKeys(true))
  useCurrentCounts()
  return (
    <>
      <header className={styles.header}>
        <a className={styles.skip} href="#main">
          Skip to content
        </a>
        <div className={styles.bar}>
          <Link to="/" className={styles.brand}>
            <span className={styles.mark}>
              <LawIcon />
            </span>
            Codex Judge
          </Link>
          <MainNav />
          <Find />
          <LiveBadge />
          <UserMenu onShowKeys={() => setShowsKeys(true)} />
        </div>
      </header>
      <PausesLine />
      <main id="main" ref={main} tabIndex={-1}>
        <Outbox />
        <Outlet />
      </main>
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
    </>
  )
}

function MainNav() {
  const { data: counts } = useQuery(summaryQuery())
  const nav = useRef<HTMLElement>(null)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // On a phone the entries do not fit: the current one is moved into view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current entry follows the path.
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (nav.current && current)
      nav.current.scrollLeft = current.offsetLeft - nav.current.clientWidth / 2
  }, [path])
  const entry = (active: boolean) => ({ 'aria-current': active ? ('page' as const) : undefined })
  return (
    <nav className={styles.nav} aria-label="Main" ref={nav}>
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }} activeProps={entry(true)}>
        Runs
      </Link>
      <Link to="/inbox" activeProps={entry(true)}>
        Inbox
        <Count value={counts?.openEscalations} name="open questions" isHot />
      </Link>
      <Link to="/insights" activeProps={entry(true)} activeOptions={{ includeSearch: false }}>
        Insights
      </Link>
      <Link to="/agents" activeProps={entry(true)} activeOptions={{ includeSearch: false }}>
        Agents
        <Count value={counts?.agentsAtWork} name="at work" />
      </Link>
      <Link to="/quarantine" activeProps={entry(true)}>
        Quarantine
        <Count value={counts?.quarantined} name="messages" />
      </Link>
      <Link to="/policy" activeProps={entry(true)} activeOptions={{ includeSearch: false }}>
        Policy
      </Link>
    </nav>
  )
}

function Count(props: {
  readonly value: number | undefined
  readonly name: string
  readonly isHot?: boolean
}) {
  const { value, name, isHot = false } = props
  if (value === undefined || value === 0) return null
  return (
    <span className={isHot ? 'count hot' : 'count'}>
      {formatCount(value)}
      <span className="sr-only"> {name}</span>
    </span>
  )
}

/** `g` and a letter go to a page from anywhere; `?` lists the keys. */
function useGoKeys(showKeys: () => void): void {
  const navigate = useNavigate()
  useKeys([
    { keys: 'g r', text: 'go to Runs', run: () => void navigate({ to: '/' }) },
    { keys: 'g i', text: 'go to the Inbox', run: () => void navigate({ to: '/inbox' }) },
    { keys: 'g n', text: 'go to Insights', run: () => void navigate({ to: '/insights' }) },
    { keys: 'g a', text: 'go to Agents', run: () => void navigate({ to: '/agents' }) },
    { keys: 'g q', text: 'go to Quarantine', run: () => void navigate({ to: '/quarantine' }) },
    { keys: 'g p', text: 'go to Policy', run: () => void navigate({ to: '/policy' }) },
    { keys: '?', text: 'list the keys', run: showKeys },
  ])
}

const COUNT_EVERY_MS = 1_000

/** Counts again soon after a change, at most once a second. */
function useCurrentCounts(): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useLiveEvents(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      void client.invalidateQueries({ queryKey: ['summary'] })
    }, COUNT_EVERY_MS)
  })
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
    },
    [],
  )
}
