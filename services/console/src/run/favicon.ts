import { useEffect } from 'react'
import type { Tone } from '../parts/status.tsx'
import again from './favicons/again.svg'
import done from './favicons/done.svg'
import past from './favicons/past.svg'
import person from './favicons/person.svg'
import work from './favicons/work.svg'

/** Files, because the policy of our pages refuses pictures that a script makes. */
const files: Readonly<Record<Tone, string>> = { again, done, past, person, work }

/** Gives the tab the colour and shape of a status while the component is shown. */
export function useFavicon(tone: Tone | null): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link === null || tone === null) return
    const before = link.href
    link.href = files[tone]
    return () => {
      link.href = before
    }
  }, [tone])
}
