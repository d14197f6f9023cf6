import { type Answered, faults, json, serve } from './serve.ts'

export interface Message {
  readonly id: string
  readonly channelId: string
  content: string
  readonly nonce: string | null
  readonly allowedMentions: unknown
  readonly edits: string[]
}

export interface DiscordWorld {
  /** What goes into DISCORD_API_URL. */
  readonly url: string
  readonly messages: readonly Message[]
  readonly in: (channelId: string) => readonly Message[]
  readonly requests: readonly { readonly method: string; readonly path: string }[]
  readonly faults: ReturnType<typeof faults>
  /** Discord remembers nonces for some minutes; now it forgets them all. */
  readonly forgetNonces: () => void
  /** Somebody deletes a message. */
  readonly delete: (id: string) => void
  close(): Promise<void>
}

/** A 429 as Discord sends it: seconds in the body, and in a header unless `bodyOnly`. */
export const rateLimited = (seconds: number, options: { bodyOnly?: boolean } = {}): Answered =>
  json(
    429,
    { message: 'You are being rate limited.', retry_after: seconds, global: false },
    options.bodyOnly
      ? {}
      : { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': 'user' },
  )

export interface DiscordSetup {
  readonly token: string
  readonly channels: readonly string[]
  readonly port?: number
  /** Called for each message that appears in a channel. */
  readonly onMessage?: (message: Message) => void
}

/**
 * Discord's channel messages, API v10: create with nonce, edit, list. Only what Discord would
 * refuse is refused.
 */
export async function discordWorld(setup: DiscordSetup): Promise<DiscordWorld> {
  const messages: Message[] = []
  const requests: { method: string; path: string }[] = []
  const nonces = new Map<string, Message>()
  const trouble = faults()

  const create = (channelId: string, body: Body): Answered => {
    const content = text(body.content)
    if (content === null || content.trim() === '')
      return json(400, { code: 50006, message: 'Cannot send an empty message' })
    if ([...content].length > 2_000) return json(400, { code: 50035, message: 'Invalid Form Body' })
    const nonce = text(body.nonce)
    if (nonce !== null && nonce.length > 25)
      return json(400, { code: 50035, message: 'Invalid Form Body' })
    const key = `${channelId}:${nonce}`
    const earlier = nonce !== null && body.enforce_nonce === true ? nonces.get(key) : undefined
    if (earlier !== undefined) return json(200, shown(earlier))
    // Snowflakes grow; nothing else is needed of them here.
    const id = String(1_300_000_000_000_000_000n + BigInt(messages.length))
    const message: Message = {
      id,
      channelId,
      content,
      nonce,
      allowedMentions: body.allowed_mentions,
      edits: [],
    }
    messages.push(message)
    if (nonce !== null) nonces.set(key, message)
    setup.onMessage?.(message)
    return json(200, shown(message))
  }

  const edit = (channelId: string, id: string, body: Body): Answered => {
    const message = messages.find((one) => one.id === id && one.channelId === channelId)
    if (message === undefined) return json(404, { code: 10008, message: 'Unknown Message' })
    const content = text(body.content)
    if (content === null || [...content].length > 2_000)
      return json(400, { code: 50035, message: 'Invalid Form Body' })
    message.edits.push(content)
    message.content = content
    return json(200, shown(message))
  }

  const list = (channelId: string, limit: number): Answered =>
    json(
      200,
      messages
        .filter((one) => one.channelId === channelId)
        .toReversed()
        .slice(0, limit)
        .map(shown),
    )

  const server = await serve(async ({ method, path, query, headers, body }) => {
    requests.push({ method, path })
    if (headers.authorization !== `Bot ${setup.token}`)
      return json(401, { code: 0, message: '401: Unauthorized' })
    const [, channelId, id] = /^\/v10\/channels\/([^/]+)\/messages(?:\/([^/]+))?$/.exec(path) ?? []
    if (channelId === undefined) return json(404, { code: 0, message: '404: Not Found' })
    if (!setup.channels.includes(channelId))
      return json(404, { code: 10003, message: 'Unknown Channel' })
    return await trouble.around(() => {
      if (method === 'GET' && id === undefined)
        return list(channelId, Number(query.get('limit') ?? 50))
      if (method === 'POST' && id === undefined) return create(channelId, parsed(body))
      if (method === 'PATCH' && id !== undefined) return edit(channelId, id, parsed(body))
      return json(405, { code: 0, message: '405: Method Not Allowed' })
    })
  }, setup.port)

  return {
    url: server.url,
    messages,
    in: (channelId) => messages.filter((one) => one.channelId === channelId),
    requests,
    faults: trouble,
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

interface Body {
  readonly content?: unknown
  readonly nonce?: unknown
  readonly enforce_nonce?: unknown
  readonly allowed_mentions?: unknown
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const parsed = (body: Buffer): Body => {
  const value: unknown = JSON.parse(body.toString('utf8'))
  return typeof value === 'object' && value !== null ? value : {}
}

/** Discord does not show the nonce when messages are listed, so nothing may rely on it there. */
const shown = ({ id, channelId, content }: Message) => ({
  id,
  channel_id: channelId,
  content,
  author: { id: '1', bot: true },
})
