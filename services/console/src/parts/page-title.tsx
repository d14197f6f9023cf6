import { type ReactNode, useEffect } from 'react'

/** The `h1` of a page; it takes the focus when the page is gone to. */
export function PageTitle({ children }: { readonly children: ReactNode }) {
  return <h1 tabIndex={-1}>{children}</h1>
}

/** Names the tab while the component is shown. */
export function useDocumentTitle(title: string | null): void {
  useEffect(() => {
    document.title = title === null ? 'Codex Judge' : `${title} · Codex Judge`
  }, [title])
}
