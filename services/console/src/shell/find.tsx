import { SearchIcon } from '@primer/octicons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { getJson } from '../api/request.ts'
import type { paths } from '../api/schema.generated.ts'
import { useKeys } from '../parts/keys.tsx'
import styles from './shell.module.css'

type Found = paths['/api/codex/find']['get']['responses'][200]['content']['application/json']

/** Goes straight to the one run or issue that was meant, and otherwise lists what matches. */
export function Find() {
  const field = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const [isBusy, setBusy] = useState(false)
  useKeys([{ keys: '/', text: 'find a run', run: () => field.current?.focus() }])
  const find = async () => {
    const q = field.current?.value.trim() ?? ''
    if (q === '' || isBusy) return
    setBusy(true)
    const found = await getJson<Found>(`/api/codex/find?${new URLSearchParams({ q })}`).catch(
      () => null,
    )
    setBusy(false)
    if (field.current) field.current.value = ''
    field.current?.blur()
    if (found?.hit) void navigate({ href: found.hit.path })
    else void navigate({ to: '/', search: { q } })
  }
  return (
    <search className={styles.find}>
      <SearchIcon />
      <input
        ref={field}
        type="search"
        aria-label="Find a run, an issue, a pull request or a commit"
        placeholder="Run, #PR, commit…"
        maxLength={200}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void find()
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <kbd>/</kbd>
    </search>
  )
}
