import type { Check, CheckSuite, RequiredCheck } from '../../../github/snapshot.ts'
import { isFailure } from '../../../lib/failure.ts'
import { at, isObject, type Json } from '../../../lib/json.ts'
import { compareText, normalizeLogin } from '../../../lib/text.ts'
import { callJson, type RestCall } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'
import type { GraphqlError } from '../client/graphql-errors.ts'
import type { GqlBaseRef, GqlRule } from './graphql-types.ts'
import { createListQuery, type PageContext, readAllPages } from './pagination.ts'
import { RULES_PAGE_QUERY } from './queries.ts'

interface RequirementSources {
  readonly baseRef: GqlBaseRef | null
  readonly baseBranch: string
  readonly errors: readonly GraphqlError[]
}

/** What the base branch requires, by its protection and its rulesets; see `collectRequired`. */
export async function readRequiredChecks(
  context: PageContext,
  { baseRef, baseBranch, errors }: RequirementSources,
): Promise<readonly RequiredCheck[] | null> {
  const rules = baseRef?.rules
    ? await readAllPages(
        context,
        baseRef.rules,
        createListQuery(
          RULES_PAGE_QUERY,
          (pull) => (pull as { baseRef?: typeof baseRef }).baseRef?.rules,
        ),
      )
    : []
  const required = collectRequired(baseRef, rules, errors)
  const isPinHidden =
    !baseRef?.branchProtectionRule && hasNames(baseRef?.refUpdateRule?.requiredStatusCheckContexts)
  return isPinHidden
    ? [...(required ?? []), ...(await readPinnedChecks(context, baseBranch))]
    : required
}

const hasNames = (names: readonly (string | null)[] | null | undefined): boolean =>
  names?.some((name) => name) ?? false

/**
 * The checks that the base branch requires, sorted. Only administrators see the whole protection,
 * but `refUpdateRule` shows the same names, without their apps, to every viewer. Null if nothing
 * was found and a source was not readable.
 */
export function collectRequired(
  base: GqlBaseRef | null,
  rules: readonly GqlRule[],
  errors: readonly GraphqlError[],
): readonly RequiredCheck[] | null {
  const protection = base?.branchProtectionRule
  const fromProtection = protection?.requiresStatusChecks === false ? null : protection
  const toUnpinned = (names: readonly (string | null)[] | null | undefined) =>
    (names ?? []).flatMap((name) => (name ? [{ name, app: null }] : []))
  const required: readonly RequiredCheck[] = [
    ...toUnpinned(fromProtection?.requiredStatusCheckContexts),
    ...(fromProtection?.requiredStatusChecks ?? []).map(({ context, app }) => ({
      name: context,
      app: app && { slug: app.slug, id: app.databaseId ?? null },
    })),
    ...toUnpinned(base?.refUpdateRule?.requiredStatusCheckContexts),
    ...rules.flatMap(({ parameters }) =>
      (parameters?.requiredStatusChecks ?? []).map(({ context, integrationId }) =>
        toPinned(context, integrationId),
      ),
    ),
  ]
  if (required.length > 0) return dropRepeated(required)

  const hasFailed = (step: string) =>
    errors.some(
      ({ path }) => path[1] === 'requirements' && (path.length === 2 || path.includes(step)),
    )
  const isProtectionHidden = hasFailed('branchProtectionRule') && !base?.refUpdateRule
  return base === null || isProtectionHidden || hasFailed('rules') ? null : []
}

/** GitHub's id of an app is positive; -1 and null mean any. */
const toPinned = (name: string, appId: unknown): RequiredCheck => ({
  name,
  app: typeof appId === 'number' && appId > 0 ? { slug: null, id: appId } : null,
})

function dropRepeated(required: readonly RequiredCheck[]): readonly RequiredCheck[] {
  const unique = new Map(
    required.map((one) => [JSON.stringify([one.name, one.app?.id, one.app?.slug]), one]),
  )
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one)
}

/** A pin changes rarely, and this request is one of the few that a waiting run repeats. */
const PINS_KEPT_MS = 600_000

/**
 * The apps that must report the required checks of a branch, for a viewer that may not read its
 * protection: REST shows them to every reader. Nothing is pinned as far as we know if it does not.
 */
async function readPinnedChecks(
  { connection, repository, action, signal }: PageContext,
  branch: string,
): Promise<readonly RequiredCheck[]> {
  const { pinnedChecks, settings } = connection
  const key = `${repository.toLowerCase()} ${branch}`
  const known = pinnedChecks.get(key)
  if (known && settings.now() - known.readAt < PINS_KEPT_MS) return known.checks
  const readAt = settings.now()
  const data = await readIfAllowed(
    connection,
    {
      repository,
      route: 'GET /repos/{owner}/{repo}/branches/{branch}',
      params: { branch },
      action: `${action}: the protection of ${branch}`,
    },
    signal,
  )
  const listed = at(data, 'protection', 'required_status_checks', 'checks')
  const checks = (Array.isArray(listed) ? listed : []).flatMap((check: Json) => {
    const name = at(check, 'context')
    const pinned = typeof name === 'string' ? toPinned(name, at(check, 'app_id')) : null
    return pinned?.app ? [pinned] : []
  })
  pinnedChecks.set(key, { readAt, checks })
  return checks
}

interface ReadChecks {
  readonly checks: readonly Check[]
  readonly suites: readonly CheckSuite[] | null
  readonly required: readonly RequiredCheck[] | null
}

/**
 * The checks, with the app ids of statuses that a pinned requirement may be about. GitHub names the
 * app of a status by its login only, and a ruleset names an app by its id only. The suites usually
 * name both; an app that posts nothing but statuses is looked up once.
 */
export async function resolveStatusApps(
  context: PageContext,
  { checks, suites, required }: ReadChecks,
): Promise<readonly Check[]> {
  const known = new Set([...checks, ...(suites ?? [])].flatMap(({ appId }) => appId ?? []))
  const unresolved = new Set(
    (required ?? [])
      .filter(({ app }) => app !== null && app.slug === null && !known.has(app.id ?? 0))
      .map(({ name }) => name),
  )
  const resolved: Check[] = []
  for (const check of checks) {
    const isUnresolved = check.kind === 'status' && check.byApp && unresolved.has(check.name)
    resolved.push(isUnresolved ? { ...check, appId: await findAppId(context, check.app) } : check)
  }
  return resolved
}

async function findAppId(
  { connection, repository, action, signal }: PageContext,
  slug: string,
): Promise<number | null> {
  const key = normalizeLogin(slug)
  const known = connection.appIds.get(key)
  if (known !== undefined) return known
  const data = await readIfAllowed(
    connection,
    {
      repository,
      route: 'GET /apps/{app_slug}',
      params: { app_slug: key },
      action: `${action}: the app ${slug}`,
    },
    signal,
  )
  const id = isObject(data) && typeof data.id === 'number' ? data.id : null
  connection.appIds.set(key, id)
  return id
}

/** The answer's data; null if there is no such thing, or if we may not read it. */
async function readIfAllowed(
  connection: GithubConnection,
  call: RestCall,
  signal: AbortSignal,
): Promise<Json> {
  try {
    const answer = await callJson(connection, { ...call, absentStatuses: [404] }, signal)
    return (answer?.data ?? null) as Json
  } catch (error) {
    if (isFailure(error) && error.kind === 'forbidden') return null
    throw error
  }
}
