import { CheckIcon, CopyIcon } from '@primer/octicons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

const SHOWN_MS = 2_000

/** Copies a text. `name` says what is copied. */
export function CopyButton({ text, name }: { readonly text: string; readonly name: string }) {
  const [result, setResult] = useState<'copied' | 'failed' | null>(null)
  useEffect(() => {
    if (result === null) return
    const timer = setTimeout(() => setResult(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [result])
  return (
    <button
      type="button"
      className="button icon quiet small"
      aria-label={name}
      title={name}
      onClick={async () => setResult((await copyText(text)) ? 'copied' : 'failed')}
    >
      {result === 'copied' ? <CheckIcon className="success" /> : <CopyIcon />}
      <span className="sr-only" role="status">
        {result === 'copied' && 'Copied'}
        {result === 'failed' && 'The browser refused to copy'}
      </span>
    </button>
  )
}
