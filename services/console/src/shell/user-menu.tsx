import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { useId, useRef } from 'react'
import { fetchFromService } from '../api/request.ts'
import { sessionQuery } from '../api/session.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { choosePreference, usePreference } from '../parts/preferences.ts'
import { chooseTheme, themes } from '../parts/theme.ts'
import styles from './shell.module.css'

/** Who is signed in, and what they chose for this browser. */
export function UserMenu({ onShowKeys }: { readonly onShowKeys: () => void }) {
  const { data: session } = useQuery(sessionQuery)
  const menu = useRef<HTMLDivElement>(null)
  const id = useId()
  const name = session === undefined ? '' : (session.name ?? (session.needed ? '' : 'local'))
  return (
    <>
      <button type="button" className={styles.user} popoverTarget={id}>
        <span className={styles.initials} aria-hidden="true">
          {name === '' ? '?' : name.slice(0, 2)}
        </span>
        <span className="sr-only">You: </span>
        <span className={styles.userName}>
          {name === '' ? 'Sign in' : <AgentText text={name} />}
        </span>
      </button>
      <div id={id} ref={menu} popover="auto" className={styles.menu}>
        <ThemeChoice />
        <KeysChoice />
        <button
          type="button"
          className={styles.menuItem}
          onClick={() => {
            menu.current?.hidePopover()
            onShowKeys()
          }}
        >
          All keys
        </button>
        {session?.needed === true && <SignInOrOut isSignedIn={session.name !== null} />}
      </div>
    </>
  )
}

function ThemeChoice() {
  const theme = usePreference('theme')
  const id = useId()
  return (
    <p className={styles.choice}>
      <label htmlFor={id}>Colours</label>
      <select
        id={id}
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find(([name]) => name === target.value)
          if (chosen) chooseTheme(chosen[0])
        }}
      >
        {themes.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </p>
  )
}

function KeysChoice() {
  const isOn = usePreference('single-keys') === 'on'
  return (
    <p className={styles.choice}>
      <label>
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ target }) => choosePreference('single-keys', target.checked ? 'on' : 'off')}
        />{' '}
        Single keys are shortcuts
      </label>
    </p>
  )
}

function SignInOrOut({ isSignedIn }: { readonly isSignedIn: boolean }) {
  const client = useQueryClient()
  const router = useRouter()
  const here = useRouterState({ select: ({ location }) => location.href })
  const toSignIn = () => router.navigate({ to: '/sign-in', search: { to: here } })
  const signOut = async () => {
    await fetchFromService(new Request('/api/session', { method: 'DELETE' }))
    // What a former reader saw is not shown to the next one.
    void client.resetQueries()
    await toSignIn()
  }
  return (
    <button
      type="button"
      className={styles.menuItem}
      onClick={() => void (isSignedIn ? signOut() : toSignIn())}
    >
      {isSignedIn ? 'Sign out' : 'Sign in'}
    </button>
  )
}
