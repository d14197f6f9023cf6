import type { Actor } from '../../../github/snapshot.ts'

/** REST appends `[bot]` to an app's login, GraphQL does not; our logins never have it. */
export const stripBotSuffix = (login: string): string => login.replace(/\[bot\]$/i, '')

/** The account; GitHub returns null for a deleted one and shows it as "ghost". */
export function toActor(
  from:
    | { readonly login?: string; readonly __typename?: string; readonly type?: string }
    | null
    | undefined,
): Actor {
  const login = from?.login
  if (!login) return { login: 'ghost', bot: false }
  return {
    login: stripBotSuffix(login),
    bot: from.__typename === 'Bot' || from.type === 'Bot' || login !== stripBotSuffix(login),
  }
}
