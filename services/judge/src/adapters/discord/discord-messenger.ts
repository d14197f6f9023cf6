import type { REST } from '@discordjs/rest'
import type { Messenger } from '../../effects/messenger.ts'
import { Failure, isFailure } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { badAnswer, noAnswer } from '../http-failure.ts'

export interface DiscordSettings {
  readonly token: string
  /** Base address; requests go to `{url}/v10/…`. */
  readonly url: string
  readonly timeout?: Millis
}

/** How many of a channel's messages are looked through: as many as Discord gives at once. */
const recent = 100

/**
 * Discord through the REST client of discord.js, which is loaded with the first message only. It
 * repeats nothing by itself: a repetition is the effect's to decide, after it has looked.
 */
export function discordMessenger({ token, url, timeout = 15_000 }: DiscordSettings): Messenger {
  let client: Promise<REST> | null = null
  const rest = async (): Promise<REST> => {
    client ??= load(url, timeout)
    // The client forgets its token when Discord answers 401, and would then refuse every later
    // request by itself.
    return (await client).setToken(token)
  }
  const call = async <T>(what: string, request: (rest: REST) => Promise<T>): Promise<T> => {
    try {
      return await request(await rest())
    } catch (error) {
      throw failureOf(error, what)
    }
  }
  return {
    async send({ channelId, text, nonce }, signal) {
      const body = { content: text, allowed_mentions: { parse: [] }, nonce, enforce_nonce: true }
      const sent = await call('sending a message', (api) =>
        api.post(route(channelId), { body, signal }),
      )
      const messageId = messageOf(sent)?.id
      if (messageId === undefined)
        throw new Failure('unknown', 'Discord answered without the id of the message')
      return { channelId, messageId }
    },
    async find({ channelId, matches }, signal) {
      const query = new URLSearchParams({ limit: String(recent) })
      const listed = await call('reading the channel', (api) =>
        api.get(route(channelId), { query, signal }),
      ).catch(onlyRead)
      if (!Array.isArray(listed))
        throw new Failure('unavailable', 'Discord answered with no list of messages')
      // Newest first, as Discord lists them.
      const found = listed
        .map(messageOf)
        .find((message) => message !== null && matches(message.content))
      return found ? { channelId, messageId: found.id } : null
    },
    async edit({ channelId, messageId, text }, signal) {
      const body = { content: text, allowed_mentions: { parse: [] } }
      await call('editing a message', (api) =>
        api.patch(`${route(channelId)}/${encodeURIComponent(messageId)}`, { body, signal }),
      )
    },
  }
}

const route = (channelId: string): `/${string}` =>
  `/channels/${encodeURIComponent(channelId)}/messages`

async function load(url: string, timeout: Millis): Promise<REST> {
  const { REST } = await import('@discordjs/rest')
  return new REST({
    api: url.replace(/\/+$/, ''),
    version: '10',
    retries: 0,
    timeout,
    // Being limited is an answer for the effect, not a sleep inside a request.
    rejectOnRateLimit: ['/'],
    handlerSweepInterval: 0,
    hashSweepInterval: 0,
    makeRequest: request as never,
  })
}

/** A 429 may say how long to wait in its body alone; the client reads the header alone. */
async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' })
  if (response.status !== 429 || response.headers.has('retry-after')) return response
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  const seconds =
    typeof body === 'object' && body !== null && 'retry_after' in body
      ? Number(body.retry_after)
      : Number.NaN
  if (!Number.isFinite(seconds)) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', String(seconds))
  return new Response(response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  })
}

function failureOf(error: unknown, what: string): Failure {
  if (!(error instanceof Error)) return noAnswer(error, `Discord, ${what}`)
  if ('retryAfter' in error && typeof error.retryAfter === 'number') {
    const waits = error.retryAfter > 0 ? Math.ceil(error.retryAfter) : null
    return new Failure('unavailable', `Discord, ${what}: rate limited`, {
      cause: error,
      retryAfter: waits,
    })
  }
  if ('status' in error && typeof error.status === 'number')
    return badAnswer(error.status, `Discord, ${what},`, { said: error.message })
  return noAnswer(error, `Discord, ${what}`)
}

/** A reading without an answer has changed nothing. */
function onlyRead(error: unknown): never {
  if (isFailure(error) && error.kind === 'unknown')
    throw new Failure('unavailable', error.message, { cause: error })
  throw error
}

function messageOf(value: unknown): { readonly id: string; readonly content: string } | null {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('id' in value) ||
    typeof value.id !== 'string'
  )
    return null
  return {
    id: value.id,
    content: 'content' in value && typeof value.content === 'string' ? value.content : '',
  }
}
