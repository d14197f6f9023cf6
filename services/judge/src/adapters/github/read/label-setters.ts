import type { LabelSetter } from '../../../github/port.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'
import { queryGraphql } from '../client/graphql.ts'
import { throwUnlessOptional } from '../client/graphql-failure.ts'
import { readPermission } from './permission.ts'
import { LABEL_EVENTS_QUERY } from './queries.ts'

interface LabelEvent {
  readonly label?: { readonly name?: string } | null
  readonly actor?: { readonly login?: string; readonly __typename?: string } | null
}

interface GqlLabelEvents {
  readonly repository: {
    readonly issue: {
      readonly timelineItems: { readonly nodes: readonly (LabelEvent | null)[] | null } | null
    } | null
  } | null
}

export interface LabelSettersRequest {
  readonly repository: string
  readonly issueNumber: number
  readonly labels: readonly string[]
}

/**
 * Who set the labels last, by the newest 100 changes: one GraphQL point, and one REST read for each
 * account. A label that an older change set has no known setter.
 */
export async function readLabelSetters(
  connection: GithubConnection,
  { repository, issueNumber, labels }: LabelSettersRequest,
  signal: AbortSignal,
): Promise<readonly LabelSetter[]> {
  const action = `reading who labelled ${repository}#${issueNumber}`
  const variables = { ...splitRepository(repository), number: issueNumber }
  const { data, errors } = await queryGraphql<GqlLabelEvents>(
    connection,
    { repository, query: LABEL_EVENTS_QUERY, variables, action },
    signal,
  )
  throwUnlessOptional(errors, ['rateLimit'], { connection, repository, action })
  const events = data.repository?.issue?.timelineItems?.nodes ?? []
  const setters = labels.map((label) => ({
    label,
    by: toLogin(events.findLast((event) => event?.label?.name === label) ?? null),
  }))
  const logins = [...new Set(setters.flatMap(({ by }) => by ?? []))]
  const permitted = new Map(
    await Promise.all(
      logins.map(
        async (login) =>
          [login, await mayTriage(connection, { repository, login }, signal)] as const,
      ),
    ),
  )
  return setters.map(({ label, by }) => ({
    label,
    by,
    mayTriage: by !== null && permitted.get(by) === true,
  }))
}

/** The login as REST has it. */
function toLogin(event: LabelEvent | null): string | null {
  const login = event?.actor?.login
  if (!login) return null
  return event?.actor?.__typename === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login
}

async function mayTriage(
  connection: GithubConnection,
  of: { readonly repository: string; readonly login: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { roles, granted } = await readPermission(connection, of, signal)
  return granted.triage === true || roles.some((role) => triageRoles.has(role))
}

/** GitHub's own roles that may triage; it tells of a role of an organization by `permissions`. */
const triageRoles: ReadonlySet<string> = new Set(['triage', 'write', 'maintain', 'admin'])
