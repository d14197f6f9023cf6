import { CheckIcon, ClockIcon, XCircleFillIcon } from '@primer/octicons-react'
import { useEffect, useState } from 'react'
import styles from './run.module.css'
import type { RunDetail } from './run-data.ts'
import { listSections } from './section-list.ts'

const icons = { passed: CheckIcon, refused: XCircleFillIcon, waiting: ClockIcon } as const
const stateNames = { passed: 'passed', refused: 'refused', waiting: 'waiting' } as const

/** Anchors to the sections of the page, with the state of those that refuse or wait. */
export function SectionBar({ detail }: { readonly detail: RunDetail }) {
  const sections = listSections(detail)
  const current = useCurrentSection(sections.map(({ id }) => id))
  return (
    <nav className={styles.sections} aria-label="On this page">
      {sections.map(({ id, name, count, state }) => {
        const StateIcon = state === null ? null : icons[state.icon]
        return (
          <a
            key={id}
            href={`#${id}`}
            data-tone={state?.tone}
            aria-current={id === current ? 'true' : undefined}
          >
            {StateIcon !== null && state !== null && (
              <StateIcon aria-label={stateNames[state.icon]} />
            )}
            {name}
            {count !== null && <span className="muted numeric">{count}</span>}
          </a>
        )
      })}
    </nav>
  )
}

/** The section that is read: the last one whose top has passed under the bar. */
function useCurrentSection(ids: readonly string[]): string {
  const [current, setCurrent] = useState(ids[0] ?? '')
  const key = ids.join(' ')
  useEffect(() => {
    const update = () => {
      const passed = key.split(' ').filter((id) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top
        return top !== undefined && top < 160
      })
      setCurrent(passed.at(-1) ?? key.split(' ')[0] ?? '')
    }
    update()
    document.addEventListener('scroll', update, { passive: true })
    return () => document.removeEventListener('scroll', update)
  }, [key])
  return current
}
