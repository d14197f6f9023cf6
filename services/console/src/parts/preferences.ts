import { useSyncExternalStore } from 'react'

/* What a reader chose for this browser. Nothing here is secret. */

const preferences = {
  theme: [
    'system',
    'light',
    'dark',
    'light-high-contrast',
    'dark-high-contrast',
    'light-colorblind',
    'dark-colorblind',
    'light-tritanopia',
    'dark-tritanopia',
  ],
  'single-keys': ['on', 'off'],
} as const

type Preferences = typeof preferences
export type Preference = keyof Preferences

const changed = new EventTarget()
const storageKey = (name: Preference): string => `codex-judge.${name}`

/** The choice, or the first one that there is. A browser may refuse to keep anything. */
export function readPreference<Name extends Preference>(name: Name): Preferences[Name][number] {
  const choices: readonly Preferences[Name][number][] = preferences[name]
  const kept = readStorage(storageKey(name))
  return choices.find((choice) => choice === kept) ?? preferences[name][0]
}

export function choosePreference<Name extends Preference>(
  name: Name,
  choice: Preferences[Name][number],
): void {
  writeStorage(storageKey(name), choice)
  changed.dispatchEvent(new Event('change'))
}

/** A text that was kept in this browser; null if there is none, or nothing can be kept. */
export function readStorage(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a text in this browser, as far as it can; null forgets it. */
export function writeStorage(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // Without storage a choice holds until the page is loaded again.
  }
}

export const usePreference = <Name extends Preference>(name: Name): Preferences[Name][number] =>
  useSyncExternalStore(
    (watcher) => {
      changed.addEventListener('change', watcher)
      return () => changed.removeEventListener('change', watcher)
    },
    () => readPreference(name),
  )
