import type { Actor } from '../../../github/snapshot.ts'

/** REST appends `[bot]` to an app's login, GraphQL does not: we never do. */
export const bareLogin = (login: string): string => login.replace(/\[bot\]$/i, '')

/** Who it was; GitHub leaves null where an account was deleted, and shows it as "ghost". */
export function actorOf(
  from:
    | { readonly login?: string; readonly __typename?: string; readonly type?: string }
    | null
    | undefined,
): Actor {
  const login = from?.login
  if (!login) return { login: 'ghost', bot: false }
  return {
    login: bareLogin(login),
    bot: from.__typename === 'Bot' || from.type === 'Bot' || login !== bareLogin(login),
  }
}
