import { useEffect, useRef } from 'react'
import { readPreference } from './preferences.ts'

/** A key, or two pressed one after the other (`g i`), and what it does. */
export interface KeyBinding {
  /** As the browser names it: `j`, `Enter`, `Ctrl+Enter`, or a sequence `g i`. */
  readonly keys: string
  readonly text: string
  readonly run: (event: KeyboardEvent) => void
  /** Also where text is typed; for combinations with Ctrl. */
  readonly inFields?: boolean
}

const SEQUENCE_MS = 1_500

/** All bindings of what is shown, the newest last. */
const shown = new Set<() => readonly KeyBinding[]>()

/** Every key that works now, for the list of keys. */
export const listKeys = (): readonly KeyBinding[] => [...shown].flatMap((list) => list())

let started = ''
let startedAt = 0

const fieldSelector =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'

const nameKey = (event: KeyboardEvent): string =>
  `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${
    event.shiftKey && event.key.length > 1 ? 'Shift+' : ''
  }${event.key}`

function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return
  const target = event.target instanceof Element ? event.target : document.body
  const isTyping = target.closest(fieldSelector) !== null
  const key = nameKey(event)
  // A dialog has the keys to itself.
  if (document.querySelector('dialog[open]') !== null && !isInDialog(target, key)) return
  const isPlain = !key.startsWith('Ctrl+')
  if (isPlain && (isTyping || readPreference('single-keys') === 'off')) return
  // What has the focus answers to its own keys.
  if ((key === 'Enter' || key === ' ') && target.closest('a, button, summary, input') !== null)
    return
  const bindings = listKeys().toReversed()
  const isRecent = event.timeStamp - startedAt < SEQUENCE_MS
  const sequence = isRecent && started !== '' ? `${started} ${key}` : key
  started = ''
  const binding =
    bindings.find(({ keys }) => keys === sequence) ?? bindings.find(({ keys }) => keys === key)
  if (binding !== undefined && (!isTyping || binding.inFields === true)) {
    event.preventDefault()
    binding.run(event)
  } else if (bindings.some(({ keys }) => keys.startsWith(`${key} `))) {
    started = key
    startedAt = event.timeStamp
  }
}

const isInDialog = (target: Element, key: string): boolean =>
  key === 'Ctrl+Enter' && target.closest('dialog') !== null

/** Makes keys work while the component is shown. Those of later components win. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const newest = useRef(bindings)
  newest.current = bindings
  useEffect(() => {
    const list = () => newest.current
    if (shown.size === 0) document.addEventListener('keydown', handleKey)
    shown.add(list)
    return () => {
      shown.delete(list)
      if (shown.size === 0) document.removeEventListener('keydown', handleKey)
    }
  }, [])
}

/** A key as it is printed. */
export function Key({ keys }: { readonly keys: string }) {
  return keys
    .split(' ')
    .flatMap((key) => key.split('+'))
    .map((key) => <kbd key={key}>{key}</kbd>)
}
