import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchSchemaInput,
} from '@tanstack/react-router'
import { summaryQuery } from './api/fleet.ts'
import { queryClient } from './api/query-client.ts'
import { runQuery } from './run/run-queries.ts'
import { groupedSearches, readRunsSearch, runsQuery } from './runs/runs-search.ts'
import { Missing } from './shell/missing.tsx'
import { PageFault } from './shell/page-fault.tsx'
import { Shell } from './shell/shell.tsx'

/*
 * One route a page. A page's code is loaded when it is first gone to, and what it shows is asked
 * for before that.
 */

const root = createRootRoute({ component: Shell, notFoundComponent: Missing })

const texts = (search: Record<string, unknown>, ...names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => (search[name] === undefined ? [] : [[name, String(search[name])]])),
  )

const runs = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readRunsSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    for (const search of Object.values(groupedSearches(deps) ?? { all: deps }))
      void queryClient.prefetchInfiniteQuery(runsQuery(search))
    void queryClient.prefetchQuery(summaryQuery(deps.repository ?? null))
  },
  component: lazyRouteComponent(() => import('./runs/runs-page.tsx'), 'RunsPage'),
})

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  loader: ({ params }) => {
    void queryClient.prefetchQuery(runQuery(params.runId))
  },
  component: lazyRouteComponent(() => import('./run/run-page.tsx'), 'RunPage'),
})

const issue = createRoute({
  getParentRoute: () => root,
  path: '/issues/$owner/$repo/$number',
  validateSearch: (search: { compare?: string } & SearchSchemaInput): { compare?: string } =>
    texts(search, 'compare'),
  component: lazyRouteComponent(() => import('./issue/issue-page.tsx'), 'IssuePage'),
})

const readInboxSearch = (
  search: { view?: string } & SearchSchemaInput,
): { view?: 'answered' | 'closed' } =>
  search.view === 'answered' || search.view === 'closed' ? { view: search.view } : {}

const inboxPage = lazyRouteComponent(() => import('./inbox/inbox-page.tsx'), 'InboxPage')

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: readInboxSearch,
  component: inboxPage,
})

const question = createRoute({
  getParentRoute: () => root,
  path: '/inbox/$escalationId',
  validateSearch: readInboxSearch,
  component: inboxPage,
})

const insights = createRoute({
  getParentRoute: () => root,
  path: '/insights',
  validateSearch: (
    search: { days?: number; repository?: string } & SearchSchemaInput,
  ): { days?: number; repository?: string } => ({
    ...texts(search, 'repository'),
    ...(Number.isInteger(Number(search.days)) && search.days !== undefined
      ? { days: Number(search.days) }
      : {}),
  }),
  component: lazyRouteComponent(() => import('./insights/insights-page.tsx'), 'InsightsPage'),
})

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: (search: { run?: string } & SearchSchemaInput): { run?: string } =>
    texts(search, 'run'),
  component: lazyRouteComponent(() => import('./agents/agents-page.tsx'), 'AgentsPage'),
})

const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/quarantine',
  component: lazyRouteComponent(() => import('./quarantine/quarantine-page.tsx'), 'QuarantinePage'),
})

const policy = createRoute({
  getParentRoute: () => root,
  path: '/policy',
  validateSearch: (search: { repository?: string } & SearchSchemaInput): { repository?: string } =>
    texts(search, 'repository'),
  component: lazyRouteComponent(() => import('./policy/policy-page.tsx'), 'PolicyPage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: { to?: string } & SearchSchemaInput): { to?: string } =>
    texts(search, 'to'),
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  // Both stand for themselves in a query, and a link is read by people.
  const readable = text.replaceAll('%2F', '/').replaceAll('%2C', ',')
  return readable === '' ? '' : `?${readable}`
}

/** The pages of the console by their addresses. */
export const router = createRouter({
  routeTree: root.addChildren([
    runs,
    run,
    issue,
    inbox,
    question,
    insights,
    agents,
    quarantine,
    policy,
    signIn,
  ]),
  // Plain parameters, as a person would type them: `?repository=acme/widgets&status=completed`.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFault,
  defaultPendingMs: 150,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
