import type { Workflow } from '../world/workflow.ts'

/**
 * Reports finished workflows to the services as a KafkaSource does: it sends each record again
 * until it is answered with 202, and some twice, as if the answer had been lost.
 */
export function createCompletionReports(random: () => number, getUrls: () => readonly string[]) {
  const accepted: string[] = []
  const inFlight = new Set<Promise<void>>()
  let isClosed = false

  const send = async (workflow: Workflow): Promise<void> => {
    const id = workflow.metadata.uid
    const repeats = random() < 0.3 ? 2 : 1
    for (let sent = 0; sent < repeats; ) {
      const urls = getUrls()
      const url = urls[Math.floor(random() * urls.length)]
      const status = url === undefined ? 0 : await post(url, workflow, id)
      if (isClosed) return
      if (status === 202) sent += 1
      else await new Promise((resolve) => setTimeout(resolve, 100))
    }
    accepted.push(id)
  }

  return {
    /** The uids of the reported workflows. */
    accepted: accepted as readonly string[],
    /** Reports a workflow once it has finished. */
    report(finished: Promise<Workflow>): void {
      const reported = finished.then(send).finally(() => inFlight.delete(reported))
      inFlight.add(reported)
    },
    /** Resolves when no report is in flight. */
    flush: async (): Promise<void> => {
      while (inFlight.size > 0) await Promise.all([...inFlight])
    },
    close: (): void => {
      isClosed = true
    },
  }
}

/** Resolves to the status of the answer, or to 0 without one. */
const post = (url: string, workflow: Workflow, id: string): Promise<number> =>
  fetch(`${url}/api/codex/run-complete`, {
    method: 'POST',
    headers: {
      'ce-specversion': '1.0',
      'ce-type': 'dev.knative.kafka.event',
      'ce-source': '/apis/v1/namespaces/argo/kafkasources/completions#argo.workflows.completions',
      'ce-id': `partition:0/offset:${id}`,
      'ce-time': '2026-11-21T10:00:00Z',
    },
    body: JSON.stringify(workflow),
    signal: AbortSignal.timeout(10_000),
  })
    .then(async (response) => {
      await response.arrayBuffer()
      return response.status
    })
    .catch(() => 0)
