import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { postJson } from '../api/request.ts'
import type { Run } from '../api/types.ts'
import { type ActionField, actionTexts, toRequest } from './action-texts.ts'
import styles from './actions.module.css'
import type { Action } from './run-data.ts'

/** Says what an action will do outside, asks for what it needs, and does it once. */
export function ActionDialog(props: {
  readonly action: Action
  readonly run: Pick<Run, 'id' | 'repository' | 'issueNumber'>
  readonly onClose: () => void
}) {
  const { action, run, onClose } = props
  const texts = actionTexts[action.name]
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const client = useQueryClient()
  // One key a dialog: a second click, or a repetition after a lost answer, acts once.
  const [key] = useState(() => crypto.randomUUID())
  const act = useMutation({
    mutationFn: (fields: Readonly<Record<string, string>>) => {
      const { path, body } = toRequest(action.name, run, fields)
      return postJson(path, body, key)
    },
    onSuccess: () => dialog.current?.close(),
    onSettled: () => client.invalidateQueries(),
  })
  useEffect(() => dialog.current?.showModal(), [])
  if (texts === undefined) return null
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entries = [...new FormData(event.currentTarget)]
    act.mutate(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))
  }
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={titleId} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={titleId}>{texts.title}</h2>
        <p>{action.effect}</p>
        {texts.fields.map((field) => (
          <Field key={field.name} field={field} />
        ))}
        {act.error !== null && (
          <p className={styles.fault} role="alert">
            {act.error.message}
          </p>
        )}
        <div className={styles.buttons}>
          <button
            type="button"
            className="button"
            // biome-ignore lint/a11y/noAutofocus: what is destructive is never the default.
            autoFocus={texts.isDestructive && texts.fields.length === 0}
            onClick={() => dialog.current?.close()}
          >
            Cancel
          </button>
          <button
            type="submit"
            className={`button ${texts.isDestructive ? 'danger' : 'primary'}`}
            disabled={act.isPending}
          >
            {texts.submit}
          </button>
        </div>
      </form>
    </dialog>
  )
}

const outcomes = [
  ['completed', 'Completed: the work is done'],
  ['needs_human', 'Needs a person: ask again later'],
  ['closed', 'Closed: nothing more is done'],
] as const

function Field({ field }: { readonly field: ActionField }) {
  const id = useId()
  const { name, label, kind, isRequired, hint } = field
  const common = {
    id,
    name,
    required: isRequired,
    'aria-describedby': hint === null ? undefined : `${id}-hint`,
  }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {!isRequired && <span className="muted"> (optional)</span>}
      </label>
      {kind === 'text' && <textarea {...common} rows={3} maxLength={2_000} />}
      {kind === 'number' && (
        <input
          {...common}
          type="number"
          min={name === 'attempts' ? 1 : 0}
          max={name === 'attempts' ? 100 : 10_000}
          step={name === 'attempts' ? 1 : 0.01}
          defaultValue={name === 'attempts' ? 1 : undefined}
        />
      )}
      {kind === 'outcome' && (
        <select {...common}>
          {outcomes.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
      {hint !== null && (
        <div id={`${id}-hint`} className="small muted">
          {hint}
        </div>
      )}
    </div>
  )
}
