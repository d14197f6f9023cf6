import { useEffect, useId, useRef, useState } from 'react'
import { Key, listKeys } from '../parts/keys.tsx'
import styles from './shell.module.css'

/** Every key that works on the page behind it. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const [bindings] = useState(listKeys)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={styles.keys} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>Keys on this page</h2>
      <dl>
        {bindings.map(({ keys, text }) => (
          <div key={`${keys} ${text}`}>
            <dt>
              <Key keys={keys} />
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  )
}
