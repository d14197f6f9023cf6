import type { ReactNode } from 'react'
import styles from './run.module.css'

/** A section of the page with its heading, and what is said beside that. */
export function Section(props: {
  readonly id: string
  readonly title: string
  readonly aside?: ReactNode
  /** True for sections below the fold: they are laid out when they are scrolled to. */
  readonly isFar?: boolean
  readonly children: ReactNode
}) {
  const { id, title, aside = null, isFar = false, children } = props
  return (
    <section
      id={id}
      className={`${styles.section} ${isFar ? styles.far : ''}`}
      aria-labelledby={`${id}-title`}
    >
      <div className={styles.sectionHead}>
        <h2 id={`${id}-title`}>{title}</h2>
        {aside !== null && <span className={styles.aside}>{aside}</span>}
      </div>
      {children}
    </section>
  )
}
