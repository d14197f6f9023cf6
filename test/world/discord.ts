import { answerJson, createFaults, type HttpAnswer, serve } from './serve.ts'

export interface DiscordMessage {
  readonly id: string
  readonly channelId: string
  content: string
  readonly nonce: string | null
  readonly allowedMentions: unknown
  /** As last sent; 4 shows no previews of links. */
  flags: unknown
  readonly edits: string[]
}

export interface DiscordWorld {
  /** The value for `DISCORD_API_URL`. */
  readonly url: string
  readonly messages: readonly DiscordMessage[]
  readonly in: (channelId: string) => readonly DiscordMessage[]
  readonly requests: readonly { readonly method: string; readonly path: string }[]
  readonly faults: ReturnType<typeof createFaults>
  /** Forgets all nonces, which Discord does after some minutes. */
  readonly forgetNonces: () => void
  /** Deletes a message, as a person can. */
  readonly delete: (id: string) => void
  close(): Promise<void>
}

/** Discord's 429: seconds in the body, and in a header unless `bodyOnly`. */
export const answerRateLimited = (
  seconds: number,
  options: { bodyOnly?: boolean } = {},
): HttpAnswer =>
  answerJson(
    429,
    { message: 'You are being rate limited.', retry_after: seconds, global: false },
    options.bodyOnly
      ? {}
      : { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': 'user' },
  )

export interface DiscordOptions {
  /** The accepted token; a function if it changes. */
  readonly token: string | (() => string)
  readonly channels: readonly string[]
  readonly port?: number
  /** Called for each message that appears in a channel. */
  readonly onMessage?: (message: DiscordMessage) => void
}

/** Discord's channel messages, API v10: create with a nonce, edit and list. */
export async function createDiscordWorld(options: DiscordOptions): Promise<DiscordWorld> {
  const channels = createChannels(options.onMessage)
  const { messages, nonces } = channels
  const requests: { method: string; path: string }[] = []
  const faults = createFaults()

  const server = await serve(async ({ method, path, query, headers, body }) => {
    requests.push({ method, path })
    const token = typeof options.token === 'function' ? options.token() : options.token
    if (headers.authorization !== `Bot ${token}`)
      return answerJson(401, { code: 0, message: '401: Unauthorized' })
    const [, channelId, id] = /^\/v10\/channels\/([^/]+)\/messages(?:\/([^/]+))?$/.exec(path) ?? []
    if (channelId === undefined) return answerJson(404, { code: 0, message: '404: Not Found' })
    if (!options.channels.includes(channelId))
      return answerJson(404, { code: 10003, message: 'Unknown Channel' })
    return await faults.apply(() => {
      if (method === 'GET' && id === undefined)
        return channels.list(channelId, Number(query.get('limit') ?? 50))
      if (method === 'POST' && id === undefined) return channels.create(channelId, parseBody(body))
      if (method === 'PATCH' && id !== undefined)
        return channels.edit(channelId, id, parseBody(body))
      return answerJson(405, { code: 0, message: '405: Method Not Allowed' })
    })
  }, options.port)

  return {
    url: server.url,
    messages,
    in: (channelId) => messages.filter((one) => one.channelId === channelId),
    requests,
    faults,
    forgetNonces: () => nonces.clear(),
    delete: (id) => {
      messages.splice(
        messages.findIndex((one) => one.id === id),
        1,
      )
    },
    close: server.close,
  }
}

/** The messages of all channels, with what Discord answers to each kind of request. */
function createChannels(onMessage: DiscordOptions['onMessage']) {
  const messages: DiscordMessage[] = []
  const nonces = new Map<string, DiscordMessage>()
  return {
    messages,
    nonces,
    create(channelId: string, body: Body): HttpAnswer {
      const content = readText(body.content)
      if (content === null || content.trim() === '')
        return answerJson(400, { code: 50006, message: 'Cannot send an empty message' })
      if ([...content].length > 2_000) return answerInvalid()
      const nonce = readText(body.nonce)
      if (nonce !== null && nonce.length > 25) return answerInvalid()
      const key = `${channelId}:${nonce}`
      const earlier = nonce !== null && body.enforce_nonce === true ? nonces.get(key) : undefined
      if (earlier !== undefined) return answerJson(200, toJson(earlier))
      // All that matters of a snowflake here is that it grows.
      const id = String(1_300_000_000_000_000_000n + BigInt(messages.length))
      const allowedMentions = body.allowed_mentions
      const { flags } = body
      const message = { id, channelId, content, nonce, allowedMentions, flags, edits: [] }
      messages.push(message)
      if (nonce !== null) nonces.set(key, message)
      onMessage?.(message)
      return answerJson(200, toJson(message))
    },
    edit(channelId: string, id: string, body: Body): HttpAnswer {
      const message = messages.find((one) => one.id === id && one.channelId === channelId)
      if (message === undefined) return answerJson(404, { code: 10008, message: 'Unknown Message' })
      const content = readText(body.content)
      if (content === null || [...content].length > 2_000) return answerInvalid()
      message.edits.push(content)
      message.content = content
      message.flags = body.flags
      return answerJson(200, toJson(message))
    },
    list(channelId: string, limit: number): HttpAnswer {
      const newestFirst = messages.filter((one) => one.channelId === channelId).toReversed()
      return answerJson(200, newestFirst.slice(0, limit).map(toJson))
    },
  }
}

const answerInvalid = (): HttpAnswer =>
  answerJson(400, { code: 50035, message: 'Invalid Form Body' })

interface Body {
  readonly content?: unknown
  readonly nonce?: unknown
  readonly enforce_nonce?: unknown
  readonly allowed_mentions?: unknown
  readonly flags?: unknown
}

const readText = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const parseBody = (body: Buffer): Body => {
  const value: unknown = JSON.parse(body.toString('utf8'))
  return typeof value === 'object' && value !== null ? value : {}
}

/** Without the nonce, which Discord does not return in lists either. */
const toJson = ({ id, channelId, content }: DiscordMessage) => ({
  id,
  channel_id: channelId,
  content,
  author: { id: '1', bot: true },
})
