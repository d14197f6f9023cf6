import type { Check, RequiredCheck } from '../github/snapshot.ts'
import { compareText, normalizeLogin } from '../lib/text.ts'
import type { MissingCheck } from './ci-outcome.ts'

/** The slug of each app whose id the commit's checks and suites name. */
export type AppSlugs = ReadonlyMap<number, string>

export const collectAppSlugs = (
  reporters: readonly { readonly app: string; readonly appId: number | null }[],
): AppSlugs =>
  new Map(
    reporters
      .flatMap(({ app, appId }) => (appId === null || app === '' ? [] : [[appId, app] as const]))
      .sort(([, a], [, b]) => compareText(a, b)),
  )

/**
 * Whether a check is what a requirement asks for. One that is pinned to an app is met only by a
 * check run or a status of that app: anyone with a push token can post a status of any name.
 */
export function meetsRequirement(
  check: Check,
  { name, app }: RequiredCheck,
  slugs: AppSlugs,
): boolean {
  if (check.kind === 'suite' || check.name !== name) return false
  if (app === null) return true
  if (!check.byApp) return false
  if (app.id !== null && check.appId !== null) return app.id === check.appId
  const slug = getSlug(app, slugs)
  return slug !== null && normalizeLogin(slug) === normalizeLogin(check.app)
}

/** Each requirement once, without those that a pinned one of the same name includes; sorted. */
export function mergeRequirements(
  requirements: readonly RequiredCheck[],
): readonly RequiredCheck[] {
  const pinned = new Set(requirements.flatMap(({ name, app }) => (app === null ? [] : [name])))
  const merged = new Map(
    requirements
      .filter(({ name, app }) => app !== null || !pinned.has(name))
      .map((one) => [JSON.stringify([one.name, one.app?.slug, one.app?.id]), one] as const),
  )
  return [...merged].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one)
}

/** Explains why required checks are missing, with what has their name and does not count. */
export function toMissingChecks(
  requirements: readonly RequiredCheck[],
  checks: readonly Check[],
  slugs: AppSlugs,
): readonly MissingCheck[] {
  const missing = requirements.map(({ name, app }): MissingCheck => {
    // Whatever has the name of a missing check does not meet it.
    const foreign = checks.filter((check) => check.kind !== 'suite' && check.name === name)
    const text = formatRequirement({ name, app }, slugs)
    return {
      name,
      text:
        foreign.length === 0
          ? text
          : `${text}, which ${foreign.map(describeReporter).join(' and ')} cannot replace`,
    }
  })
  return [...new Map(missing.map((one) => [one.text, one])).values()]
}

const describeReporter = ({ kind, app }: Check): string => {
  const what = kind === 'status' ? 'the commit status' : 'the check'
  return app === '' ? what : `${what} of ${app}`
}

const formatRequirement = ({ name, app }: RequiredCheck, slugs: AppSlugs): string =>
  app === null ? name : `${name} by the app ${getSlug(app, slugs) ?? `with id ${app.id}`}`

const getSlug = ({ slug, id }: NonNullable<RequiredCheck['app']>, slugs: AppSlugs) =>
  slug ?? (id === null ? null : (slugs.get(id) ?? null))
