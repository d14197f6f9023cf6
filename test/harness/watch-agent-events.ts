export interface AgentEvent {
  readonly id: string
  readonly message: { readonly content: string; readonly [field: string]: unknown }
}

/** Follows a stream of agent messages, as a browser does. */
export function watchAgentEvents(url: string, headers: Readonly<{ [name: string]: string }> = {}) {
  const closing = new AbortController()
  const seen: AgentEvent[] = []
  let text = ''
  const read = async () => {
    const response = await fetch(url, {
      signal: closing.signal,
      headers: { accept: 'text/event-stream', ...headers },
    })
    if (!response.ok || response.body === null)
      throw new Error(`${response.status} ${await response.text()}`)
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const id = /^id: ?(.*)$/m.exec(block)?.[1]
        const data = /^data: ?(.*)$/m.exec(block)?.[1]
        if (id !== undefined && data !== undefined) seen.push({ id, message: JSON.parse(data) })
      }
    }
  }
  read().catch((error: unknown) => {
    if (!closing.signal.aborted) text += String(error)
  })
  return { seen, text: () => text, close: () => closing.abort() }
}
