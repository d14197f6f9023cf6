import { FilterIcon, XIcon } from '@primer/octicons-react'
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { useKeys } from '../parts/keys.tsx'
import { listTokens, readTyped, suggest } from './filter-text.ts'
import styles from './runs.module.css'
import type { FilterName, RunsSearch } from './runs-search.ts'

/** Every filter in force as a token, and a field for the next one. */
export function FilterLine(props: {
  readonly search: RunsSearch
  readonly onChange: (search: RunsSearch) => void
}) {
  const { search, onChange } = props
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const { typed, type, fault, chosen, setOpen, tokens, suggestions, remove, take, handleKey } =
    useFilterField(search, onChange, field)
  useKeys([{ keys: 'f', text: 'filter', run: () => field.current?.focus() }])
  const hasList = suggestions.length > 0
  return (
    <div className={styles.filters}>
      <div className={styles.filterLine}>
        <FilterIcon />
        {tokens.map(({ filter, text }) => (
          <span key={filter} className={styles.token}>
            <AgentText text={text} />
            <button type="button" aria-label={`Remove ${text}`} onClick={() => remove(filter)}>
              <XIcon size={12} />
            </button>
          </span>
        ))}
        <input
          ref={field}
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={hasList}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={hasList && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-describedby={fault === null ? undefined : `${id}-fault`}
          aria-invalid={fault !== null}
          placeholder={
            tokens.length === 0 ? 'status, reason, repository, sha, #PR, words…' : 'add…'
          }
          value={typed}
          maxLength={300}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => type(target.value)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={handleKey}
        />
        <kbd className="wide-only">f</kbd>
        <Suggestions id={id} suggestions={suggestions} chosen={chosen} onTake={take} />
      </div>
      {fault !== null && (
        <p id={`${id}-fault`} className={styles.filterFault} role="alert">
          <AgentText text={fault} />
        </p>
      )}
    </div>
  )
}

function Suggestions(props: {
  readonly id: string
  readonly suggestions: ReturnType<typeof suggest>
  readonly chosen: number
  readonly onTake: (text: string) => void
}) {
  const { id, suggestions, chosen, onTake } = props
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="Filters"
      hidden={suggestions.length === 0}
      className={styles.suggestions}
    >
      {suggestions.map(({ text, hint }, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus.
        <div
          key={text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onMouseDown={(event) => {
            event.preventDefault()
            onTake(text)
          }}
        >
          <code>{text}</code> <span className="muted">{hint}</span>
        </div>
      ))}
    </div>
  )
}

/** What is typed into the filter line, what it could mean, and what the keys do. */
function useFilterField(
  search: RunsSearch,
  onChange: (search: RunsSearch) => void,
  field: RefObject<HTMLInputElement | null>,
) {
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const tokens = listTokens(search)
  const suggestions = isOpen ? suggest(typed) : []

  const type = (text: string) => {
    setTyped(text)
    setFault(null)
    setChosen(-1)
    setOpen(true)
  }
  const remove = (name: FilterName) => {
    const { [name]: _, ...rest } = search
    onChange(rest)
    field.current?.focus()
  }
  const add = (text: string) => {
    const read = readTyped(text)
    if (read === null) return
    if (read.kind === 'fault') return setFault(read.because)
    type('')
    setOpen(false)
    onChange({ ...search, [read.filter]: read.value })
  }
  const take = (text: string) => (/[:>]$/.test(text) ? type(text) : add(text))

  const handleKey = (event: KeyboardEvent) => {
    const last = tokens.at(-1)
    if (event.key === 'Enter') {
      event.preventDefault()
      const suggestion = suggestions[chosen]
      if (suggestion !== undefined) take(suggestion.text)
      else add(typed)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const all = isOpen ? suggestions.length : suggest(typed).length
      const step = event.key === 'ArrowDown' ? 1 : -1
      setOpen(true)
      setChosen(all === 0 ? -1 : (chosen + step + all + (chosen < 0 && step < 0 ? 1 : 0)) % all)
    } else if (event.key === 'Escape') {
      if (isOpen) setOpen(false)
      else field.current?.blur()
    } else if (event.key === 'Backspace' && typed === '' && last !== undefined) remove(last.filter)
  }
  return { typed, type, fault, chosen, setOpen, tokens, suggestions, remove, take, handleKey }
}
