import { readStreamRecords } from '../../services/judge/src/cli/read-stream-records.ts'

/** A run in the API, reduced to the fields in use. */
export interface DemoRun {
  readonly id: string
  readonly issueNumber: number | null
  readonly attempt: number
  readonly status: string
  readonly reason: string | null
  readonly reasonText: string | null
  readonly attemptsUsed: number
}

export interface RunChange {
  readonly run: DemoRun
  readonly change: {
    readonly from: string | null
    readonly to: string | null
    readonly because: string
  }
}

/** The details of a run in the API, reduced to the fields in use. */
export interface RunDetail {
  readonly run: DemoRun
  readonly decision: { readonly because: string } | null
  readonly effects: readonly {
    readonly kind: string
    readonly state: string
    readonly lastError: string | null
  }[]
}

export async function fetchJson<T>(url: string): Promise<T> {
  const response = await fetch(url)
  const body = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body}`)
  const value: T = JSON.parse(body)
  return value
}

/**
 * Follows the service's history from its beginning, in order and without gaps: after a broken
 * connection it continues behind the last record. Ends when the signal is aborted.
 */
export async function followRuns(
  serviceUrl: string,
  signal: AbortSignal,
  onChange: (change: RunChange) => void,
): Promise<void> {
  let last = '0'
  while (!signal.aborted) {
    try {
      const response = await fetch(`${serviceUrl}/api/codex/events`, {
        headers: { 'last-event-id': last },
        signal,
      })
      if (!response.ok || response.body === null)
        throw new Error(`the stream answered ${response.status}`)
      for await (const { id, event, data } of readStreamRecords(response.body)) {
        last = id ?? last
        if (event === 'run') onChange(data as RunChange)
      }
    } catch {
      // The service is stopping or the connection broke; its process reports which.
      if (!signal.aborted) await new Promise((done) => setTimeout(done, 200))
    }
  }
}
