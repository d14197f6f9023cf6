import { callJson } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'

/** What an account may do in a repository, in GitHub's words. */
export interface Permission {
  /** Its role, and the older name of it, which knows fewer. */
  readonly roles: readonly string[]
  /** GitHub tells of a role of an organization only by what it grants. */
  readonly granted: Readonly<Record<string, unknown>>
}

/** An account that GitHub does not know as one of the repository has no role there. */
export async function readPermission(
  connection: GithubConnection,
  { repository, login }: { readonly repository: string; readonly login: string },
  signal: AbortSignal,
): Promise<Permission> {
  const answer = await callJson(
    connection,
    {
      repository,
      route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      params: { username: login },
      action: `reading what ${login} may do in ${repository}`,
      absentStatuses: [404],
    },
    signal,
  )
  const { permission, role_name, user } = (answer?.data ?? {}) as {
    permission?: unknown
    role_name?: unknown
    user?: { permissions?: Readonly<Record<string, unknown>> | null } | null
  }
  return {
    roles: [permission, role_name].filter((role) => typeof role === 'string'),
    granted: user?.permissions ?? {},
  }
}
