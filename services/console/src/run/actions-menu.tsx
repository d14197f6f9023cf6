import { KebabHorizontalIcon } from '@primer/octicons-react'
import { useId, useRef, useState } from 'react'
import { useMayAct } from '../api/session.ts'
import type { Run } from '../api/types.ts'
import { ActionDialog } from './action-dialog.tsx'
import { actionTexts } from './action-texts.ts'
import styles from './actions.module.css'
import type { Action } from './run-data.ts'

const SIGN_IN = 'Sign in as an operator to act.'

type ActedRun = Pick<Run, 'id' | 'repository' | 'issueNumber'>

/** A button for the likely next action, if it is allowed, and a menu with all of them. */
export function Actions(props: {
  readonly actions: readonly Action[]
  readonly run: ActedRun
  /** The action with a button of its own. */
  readonly first: string
}) {
  const { actions, run, first } = props
  const [asked, setAsked] = useState<Action | null>(null)
  const mayAct = useMayAct()
  const known = actions
    .filter(({ name }) => actionTexts[name] !== undefined)
    .map((action) => (mayAct ? action : { ...action, allowed: false, because: SIGN_IN }))
  const button = known.find(({ name, allowed }) => name === first && allowed)
  return (
    <>
      {button !== undefined && (
        <button type="button" className={`button ${styles.wide}`} onClick={() => setAsked(button)}>
          {actionTexts[button.name]?.menu}
        </button>
      )}
      <Menu actions={known} onChoose={setAsked} />
      {asked !== null && <ActionDialog action={asked} run={run} onClose={() => setAsked(null)} />}
    </>
  )
}

function Menu(props: {
  readonly actions: readonly Action[]
  readonly onChoose: (action: Action) => void
}) {
  const { actions, onChoose } = props
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const choose = (action: Action) => {
    menu.current?.hidePopover()
    onChoose(action)
  }
  return (
    <>
      <button
        type="button"
        className="button icon"
        aria-label="More actions"
        data-key="actions"
        popoverTarget={id}
      >
        <KebabHorizontalIcon />
      </button>
      <div id={id} ref={menu} popover="auto" className={styles.menu}>
        <ul aria-label="Actions">
          {actions.map((action) => (
            <li key={action.name}>
              <button type="button" disabled={!action.allowed} onClick={() => choose(action)}>
                {actionTexts[action.name]?.menu}
                <span className={styles.why}>
                  {action.allowed ? action.effect : action.because}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}
