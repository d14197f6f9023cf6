import type { Run } from '../api/types.ts'
import type { Action } from './run-data.ts'

/** A field of the dialog of an action. */
export interface ActionField {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'outcome'
  readonly isRequired: boolean
  readonly hint: string | null
}

export interface ActionDialogTexts {
  /** In the menu; `…` says that it asks before it acts. */
  readonly menu: string
  readonly title: string
  readonly fields: readonly ActionField[]
  readonly submit: string
  /** True if it undoes or stops something: then another button has the focus. */
  readonly isDestructive: boolean
}

const reason: ActionField = {
  name: 'reason',
  label: 'Reason',
  kind: 'text',
  isRequired: true,
  hint: 'Kept with the run, with your name.',
}

/** What the dialog of each action says; null for one that another form answers. */
export const actionTexts: Readonly<Record<string, ActionDialogTexts>> = {
  rerun: {
    menu: 'Another attempt…',
    title: 'Start another attempt?',
    fields: [
      {
        name: 'prompt',
        label: 'Prompt',
        kind: 'text',
        isRequired: false,
        hint: 'Empty: the prompt that the service wrote.',
      },
    ],
    submit: 'Start another attempt',
    isDestructive: false,
  },
  rejudge: {
    menu: 'Judge again…',
    title: 'Judge this run again?',
    fields: [],
    submit: 'Judge again',
    isDestructive: false,
  },
  resume: {
    menu: 'Resume…',
    title: 'Go on with this run?',
    fields: [],
    submit: 'Resume',
    isDestructive: false,
  },
  grant: {
    menu: 'Grant more attempts…',
    title: 'Grant this issue more attempts?',
    fields: [
      { name: 'attempts', label: 'Attempts', kind: 'number', isRequired: true, hint: null },
      {
        name: 'usd',
        label: 'US dollars',
        kind: 'number',
        isRequired: false,
        hint: 'Added to the budget of the issue. Empty: as much as is needed.',
      },
    ],
    submit: 'Grant',
    isDestructive: false,
  },
  override: {
    menu: 'Decide instead…',
    title: 'Decide this run instead of the service?',
    fields: [
      { name: 'outcome', label: 'Outcome', kind: 'outcome', isRequired: true, hint: null },
      reason,
    ],
    submit: 'Decide',
    isDestructive: true,
  },
  stop: {
    menu: 'Stop…',
    title: 'Stop this run?',
    fields: [reason],
    submit: 'Stop this run',
    isDestructive: true,
  },
  pause: {
    menu: 'Pause the issue…',
    title: 'Pause this issue?',
    fields: [reason],
    submit: 'Pause this issue',
    isDestructive: true,
  },
}

/** Where an action is posted, and its body from the fields that were filled in. */
export function toRequest(
  action: Action['name'],
  run: Pick<Run, 'id' | 'repository' | 'issueNumber'>,
  fields: Readonly<Record<string, string>>,
): { readonly path: string; readonly body: Readonly<Record<string, unknown>> } {
  const values = Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]): [string, string | number][] => {
      if (text.trim() === '') return []
      return [[name, name === 'attempts' || name === 'usd' ? Number(text) : text]]
    }),
  )
  return action === 'pause'
    ? {
        path: '/api/codex/pause',
        body: { ...values, repository: run.repository, issueNumber: run.issueNumber },
      }
    : { path: `/api/codex/runs/${run.id}/actions/${action}`, body: values }
}
