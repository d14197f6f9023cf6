import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiscordMessenger } from '../../services/judge/src/adapters/discord/discord-messenger.ts'
import { createDiscordPerformer } from '../../services/judge/src/effects/discord.ts'
import type { SentMessages } from '../../services/judge/src/effects/messenger.ts'
import { addMillis } from '../../services/judge/src/lib/instant.ts'
import { answerRateLimited, createDiscordWorld, type DiscordWorld } from '../world/discord.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import { firstTry, message, noMask } from './samples.ts'

let world: DiscordWorld
beforeEach(async () => {
  world = await createDiscordWorld({ token: 'bot', channels: ['good', 'bad'] })
})
afterEach(() => world.close())

const nothingSent: SentMessages = {
  find: async () => ({ kind: 'never', because: 'it was skipped' }),
  isEditedLater: async () => false,
}
const performer = (
  changes: { sent?: SentMessages; token?: string; escalation?: string | null } = {},
) =>
  createDiscordPerformer({
    messenger: createDiscordMessenger({
      token: changes.token ?? 'bot',
      url: world.url,
      timeout: 5_000,
    }),
    channels: {
      success: 'good',
      escalation: changes.escalation === undefined ? 'bad' : changes.escalation,
    },
    sent: changes.sent ?? nothingSent,
    mask: noMask,
  })
const createAge = (millis: number) => ({ now: addMillis(firstTry().createdAt, millis) })

test('a message goes to its channel, notifies no one and carries the nonce of its key', async () => {
  const effect = message()
  const outcome = await performer().perform(effect, firstTry())
  const [sent] = world.in('good')
  expect(sent).toMatchObject({
    content: effect.text,
    allowedMentions: { parse: [] },
    flags: 4,
    nonce: createHash('sha256').update(effect.key).digest('hex').slice(0, 25),
  })
  expect(outcome).toMatchObject({
    state: 'done',
    answer: { channelId: 'good', messageId: sent?.id },
  })
})

test('escalations go to their own channel, or to the success channel if they have none', async () => {
  await performer().perform(message({ channel: 'escalation' }), firstTry())
  await performer({ escalation: null }).perform(
    message({ channel: 'escalation', key: 'another' }),
    firstTry(),
  )
  expect([world.in('bad').length, world.in('good').length]).toEqual([1, 1])
})

test('a repetition within a minute is one message, because of its nonce', async () => {
  world.faults.next({ when: 'after', answer: answerJson(502, {}) })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
  await performer().perform(message(), firstTry({ number: 2, ...createAge(5_000) }))
  expect(world.messages).toHaveLength(1)
})

test('a message whose answer was lost is found in the channel and not sent again', async () => {
  world.faults.next({ when: 'after', answer: hangUp })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'unknown',
  })
  world.forgetNonces()
  const outcome = await performer().perform(message(), firstTry({ number: 2, afterUnknown: true }))
  expect(outcome).toMatchObject({
    state: 'done',
    because: 'the message had already been sent',
    answer: { messageId: world.messages[0]?.id },
  })
  expect(world.messages).toHaveLength(1)
})

test('a try of an effect that is older than a minute looks for the message first, though every earlier try was answered', async () => {
  world.faults.next({ when: 'after', answer: answerJson(500, {}) })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
  world.forgetNonces()
  await performer().perform(message(), firstTry({ number: 2, ...createAge(61_000) }))
  expect(world.messages).toHaveLength(1)
})

test('another message about the same run is not mistaken for this one', async () => {
  const { text } = message()
  const [first, ...rest] = text.split('\n')
  for (const [key, other] of [
    ['quote', `> ${first}\n${rest.join('\n')}`],
    ['reminder', `${text}\nReminder: no one answered`],
    ['elsewhere', text.replace('/runs/0199aaaa', '/runs/0199bbbb')],
  ] as const) {
    await performer().perform(message({ key, text: other }), firstTry())
  }
  await performer().perform(message(), firstTry({ number: 2, afterUnknown: true }))
  expect(world.messages).toHaveLength(4)
})

test('a message whose first request was never carried out is sent', async () => {
  world.faults.next({ when: 'before', answer: hangUp })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'unknown',
  })
  await performer().perform(message(), firstTry({ number: 2, afterUnknown: true }))
  expect(world.messages).toHaveLength(1)
})

test.each([
  [{}, 3_000],
  [{ bodyOnly: true }, 3_000],
])('being rate limited says how long to wait (%j)', async (options, least) => {
  world.faults.next({ when: 'before', answer: answerRateLimited(3, options) })
  const failure = await performer()
    .perform(message(), firstTry())
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ kind: 'unavailable' })
  expect(failure).toHaveProperty('retryAfter', expect.closeTo(least, -3))
  expect(world.messages).toHaveLength(0)
})

test('a token that Discord does not know is final, each time', async () => {
  const wrong = performer({ token: 'other' })
  await expect(wrong.perform(message(), firstTry())).rejects.toMatchObject({ kind: 'forbidden' })
  await expect(wrong.perform(message(), firstTry())).rejects.toMatchObject({ kind: 'forbidden' })
})

test.each([400, 404])('%i is final', async (status) => {
  world.faults.next({ when: 'before', answer: answerJson(status, { code: 1, message: 'no' }) })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'refused',
  })
})

test('the client does not retry by itself', async () => {
  world.faults.next({ when: 'before', answer: answerJson(503, {}) })
  await expect(performer().perform(message(), firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
  expect(world.requests).toHaveLength(1)
})

test('an edit changes the message that asked the question', async () => {
  await performer().perform(message({ channel: 'escalation', key: 'asked' }), firstTry())
  const asked = world.messages[0]
  const sent: SentMessages = {
    find: async () => ({ kind: 'sent', message: { channelId: 'bad', messageId: asked?.id ?? '' } }),
    isEditedLater: async () => false,
  }
  const effect = message({ channel: 'escalation', key: 'edit', edits: 'asked', text: 'Settled' })
  await performer({ sent }).perform(effect, firstTry())
  expect(world.messages).toHaveLength(1)
  expect(asked).toMatchObject({ content: 'Settled', edits: ['Settled'] })
})

test('an edit waits for its message, is skipped if there is none, and yields to a later edit', async () => {
  const edit = message({ key: 'edit', edits: 'asked' })
  const notYet: SentMessages = { ...nothingSent, find: async () => ({ kind: 'not_yet' }) }
  await expect(performer({ sent: notYet }).perform(edit, firstTry())).rejects.toMatchObject({
    kind: 'unavailable',
  })
  expect(await performer().perform(edit, firstTry())).toMatchObject({
    state: 'skipped',
    because: expect.stringContaining('it was skipped'),
  })
  const later: SentMessages = {
    find: async () => ({ kind: 'sent', message: { channelId: 'bad', messageId: '1' } }),
    isEditedLater: async () => true,
  }
  expect(await performer({ sent: later }).perform(edit, firstTry())).toMatchObject({
    state: 'skipped',
  })
  expect(world.requests).toHaveLength(0)
})

test('without a bot token or a channel the message is skipped with the reason', async () => {
  const ports = { channels: { success: null, escalation: null }, sent: nothingSent, mask: noMask }
  const off = createDiscordPerformer({ ...ports, messenger: null })
  expect(await off.perform(message(), firstTry())).toEqual({
    state: 'skipped',
    because: 'off: DISCORD_BOT_TOKEN is not set',
  })
  const nowhere = createDiscordPerformer({
    ...ports,
    messenger: createDiscordMessenger({ token: 'bot', url: world.url }),
  })
  expect(await nowhere.perform(message(), firstTry())).toEqual({
    state: 'skipped',
    because: 'off: DISCORD_SUCCESS_CHANNEL_ID is not set',
  })
})
