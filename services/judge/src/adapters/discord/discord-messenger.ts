import type { REST } from '@discordjs/rest'
import type { Messenger } from '../../effects/messenger.ts'
import { Failure, isFailure } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { fetchBounded } from '../fetch-bounded.ts'
import { toNoAnswerFailure, toStatusFailure } from '../http-failure.ts'

export interface DiscordSettings {
  readonly token: string
  /** Base URL; requests go to `{url}/v10/…`. */
  readonly url: string
  readonly timeout?: Millis
}

/** The messages of a channel that `find` searches: Discord's limit for one request. */
const MAX_RECENT_MESSAGES = 100

/**
 * Sends messages through the REST client of discord.js, which is loaded with the first message. It
 * never retries: the effect decides about that, after looking for the message.
 */
export function createDiscordMessenger({
  token,
  url,
  timeout = 15_000,
}: DiscordSettings): Messenger {
  let client: Promise<REST> | null = null
  const getClient = async (): Promise<REST> => {
    client ??= loadClient(url, timeout)
    // The client drops its token after a 401 and would then refuse every later request.
    return (await client).setToken(token)
  }
  const call = async <T>(action: string, request: (rest: REST) => Promise<T>): Promise<T> => {
    try {
      return await request(await getClient())
    } catch (error) {
      throw toDiscordFailure(error, action)
    }
  }
  return {
    async send({ channelId, text, nonce }, signal) {
      const body = { ...toContent(text), nonce, enforce_nonce: true }
      const sent = await call('sending a message', (api) =>
        api.post(buildRoute(channelId), { body, signal }),
      )
      const messageId = parseMessage(sent)?.id
      if (messageId === undefined)
        throw new Failure('unknown', 'Discord answered without a message ID')
      return { channelId, messageId }
    },
    async find({ channelId, matches }, signal) {
      const query = new URLSearchParams({ limit: String(MAX_RECENT_MESSAGES) })
      const listed = await call('reading the channel', (api) =>
        api.get(buildRoute(channelId), { query, signal }),
      ).catch(rethrowUnknown)
      if (!Array.isArray(listed))
        throw new Failure('unavailable', 'Discord answered without a list of messages')
      // Discord lists the newest messages first.
      const found = listed
        .map(parseMessage)
        .find((message) => message !== null && matches(message.content))
      return found ? { channelId, messageId: found.id } : null
    },
    async edit({ channelId, messageId, text }, signal) {
      const body = toContent(text)
      await call('editing a message', (api) =>
        api.patch(`${buildRoute(channelId)}/${encodeURIComponent(messageId)}`, { body, signal }),
      )
    },
  }
}

/** No mention notifies, and no link is shown with a preview: its page is chosen by others. */
const toContent = (text: string) => ({
  content: text,
  allowed_mentions: { parse: [] },
  flags: SUPPRESS_EMBEDS,
})
const SUPPRESS_EMBEDS = 1 << 2

const buildRoute = (channelId: string): `/${string}` =>
  `/channels/${encodeURIComponent(channelId)}/messages`

async function loadClient(url: string, timeout: Millis): Promise<REST> {
  const { REST } = await import('@discordjs/rest')
  return new REST({
    api: url.replace(/\/+$/, ''),
    version: '10',
    retries: 0,
    timeout,
    // A rate limit must be an answer for the effect, not a sleep inside the request.
    rejectOnRateLimit: ['/'],
    handlerSweepInterval: 0,
    hashSweepInterval: 0,
    makeRequest: fetchWithRetryAfter as never,
  })
}

/** A hundred messages with their embeds. The client's own time limit ends with the headers. */
const answerBounds = { maxBytes: 4 * 1024 * 1024, timeLimit: 30_000 }

/** Copies `retry_after` of a 429's body to the header, because the client reads only the header. */
async function fetchWithRetryAfter(url: string, init: RequestInit): Promise<Response> {
  const response = await fetchBounded(url, { ...init, redirect: 'manual' }, answerBounds)
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

function toDiscordFailure(error: unknown, action: string): Failure {
  if (!(error instanceof Error)) return toNoAnswerFailure(error, `Discord, ${action}`)
  if ('retryAfter' in error && typeof error.retryAfter === 'number') {
    const retryAfter = error.retryAfter > 0 ? Math.ceil(error.retryAfter) : null
    return new Failure('unavailable', `Discord, ${action}: rate limited`, {
      cause: error,
      retryAfter,
    })
  }
  if ('status' in error && typeof error.status === 'number')
    return toStatusFailure(error.status, `Discord, ${action},`, {
      detail: error.message,
      remedy: (refused) =>
        refused === 'credentials'
          ? 'set a valid DISCORD_BOT_TOKEN'
          : 'give the bot View Channel, Read Message History and Send Messages there',
    })
  return toNoAnswerFailure(error, `Discord, ${action}`)
}

/** A read without an answer has changed nothing: `unavailable` instead of `unknown`. */
function rethrowUnknown(error: unknown): never {
  if (isFailure(error) && error.kind === 'unknown')
    throw new Failure('unavailable', error.message, { cause: error })
  throw error
}

function parseMessage(value: unknown): { readonly id: string; readonly content: string } | null {
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
