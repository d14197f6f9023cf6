import autocannon from 'autocannon'

export interface Message {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends every message once over 32 connections. Resolves to the rate a second; throws without 202s.
 */
export async function sendAll(url: string, messages: readonly Message[]): Promise<number> {
  const left = messages.values()
  let refused = 0
  let last = 0
  const begun = performance.now()
  const result = await autocannon({
    url,
    connections: 32,
    amount: messages.length,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          // autocannon prepares one request more on each connection than it sends.
          const { value } = left.next()
          return value
            ? { ...request, path: value.path, headers: value.headers, body: value.body }
            : request
        },
        onResponse: (status) => {
          last = performance.now()
          if (status !== 202) refused += 1
        },
      },
    ],
  })
  // autocannon ends on whole seconds, so the last answer marks the end.
  const seconds = (last - begun) / 1000
  if (refused + result.errors > 0)
    throw new Error(`${refused} messages were not answered 202, ${result.errors} failed`)
  return result['2xx'] / seconds
}
