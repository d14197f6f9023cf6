import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { type FormEvent, useId } from 'react'
import { Fault } from '../api/fault.ts'
import { connectLive } from '../api/live.ts'
import { postJson } from '../api/request.ts'
import { readReturnPath, sessionQuery } from '../api/session.ts'
import { describeFault } from '../parts/fault-text.ts'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import styles from './sign-in.module.css'

const route = getRouteApi('/sign-in')

/** Asks for a token once; afterwards a cookie stands for it, which no script can read. */
export function SignInPage() {
  const { to } = route.useSearch()
  const router = useRouter()
  const client = useQueryClient()
  const id = useId()
  useDocumentTitle('Sign in')
  const { data: session } = useQuery(sessionQuery)
  const signIn = useMutation({
    mutationFn: (token: string) => postJson('/api/session', { token }),
    onSuccess: async () => {
      void client.resetQueries()
      connectLive()
      await router.navigate({ href: readReturnPath(to) })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim()
    if (token !== '' && !signIn.isPending) signIn.mutate(token)
  }
  return (
    <div className={styles.page}>
      <PageTitle>Sign in</PageTitle>
      <p className="lead">
        {session === undefined || session.needed
          ? 'With the token of a reader everything can be seen, with that of an operator also done.'
          : 'This service has no tokens: everyone who reaches it may read and act.'}
        {session?.needed === true &&
          session.may.includes('read') &&
          ' Reading needs none here; sign in to act.'}
      </p>
      {session?.needed === false ? (
        <Link to="/" className="button">
          All runs
        </Link>
      ) : (
        <form onSubmit={submit}>
          {/* Password managers file a token under a name. */}
          <input hidden name="name" autoComplete="username" value="codex-judge" readOnly />
          <label htmlFor={id}>Token</label>
          <input
            id={id}
            name="token"
            type="password"
            className="input"
            autoComplete="current-password"
            spellCheck={false}
            required
            aria-describedby={signIn.error === null ? undefined : `${id}-fault`}
            aria-invalid={signIn.error !== null}
          />
          {signIn.error !== null && (
            <p id={`${id}-fault`} className={styles.fault} role="alert">
              {explain(signIn.error)}
            </p>
          )}
          <button type="submit" className="button primary" disabled={signIn.isPending}>
            Sign in
          </button>
        </form>
      )}
    </div>
  )
}

function explain(error: Error): string {
  if (error instanceof Fault && error.kind === 'signed_out') return 'This token is not known here.'
  if (error instanceof Fault && error.kind === 'forbidden') return error.message
  const { title, advice } = describeFault(error)
  return `${title} ${advice}`
}
