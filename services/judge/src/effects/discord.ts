import type { EffectByKind } from '../decide/effect.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import { sha256 } from '../lib/ids.ts'
import type { Mask } from '../lib/mask.ts'
import { clip } from '../lib/text.ts'
import { identifyMessage, MAX_MESSAGE_CHARS } from '../text/discord-message.ts'
import type { MessageRef, Messenger, SentMessages } from './messenger.ts'
import type { EffectTry, Performer, Settlement } from './performer.ts'

export interface DiscordPerformerDeps {
  /** Null: `DISCORD_BOT_TOKEN` is not set. */
  readonly messenger: Messenger | null
  /** `escalation` null: the success channel. */
  readonly channels: { readonly success: string | null; readonly escalation: string | null }
  readonly sent: SentMessages
  readonly mask: Mask
}

type DiscordEffect = EffectByKind<'discord'>

/**
 * How long the nonce alone is trusted to make a repetition harmless. Discord's documentation says
 * "a few minutes".
 */
const NONCE_TRUSTED_MS = 60_000

/**
 * Sends a message once, or edits one that was sent. Discord forgets nonces soon, so a try after an
 * unknown result, and any try more than a minute after the effect was created, first checks whether
 * the channel already has the message.
 */
export function createDiscordPerformer(deps: DiscordPerformerDeps): Performer<DiscordEffect> {
  return {
    async perform(effect, effectTry) {
      const { messenger, channels } = deps
      if (messenger === null)
        return { state: 'skipped', because: 'off: DISCORD_BOT_TOKEN is not set' }
      const text = clip(await deps.mask(effect.text), MAX_MESSAGE_CHARS)
      if (effect.edits !== null)
        return editMessage({ ...effect, edits: effect.edits, text }, effectTry, {
          messenger,
          sent: deps.sent,
        })
      const { channelId, variable } = selectChannel(effect.channel, channels)
      if (channelId === null) return { state: 'skipped', because: `off: ${variable} is not set` }
      const existing = await findSent(messenger, { channelId, text }, effectTry)
      if (existing) return toDone('the message had already been sent', existing)
      const nonce = sha256(effect.key).slice(0, 25)
      return toDone('sent', await messenger.send({ channelId, text, nonce }, effectTry.signal))
    },
  }
}

/** The channel of a message, and the variable that sets it. */
const selectChannel = (
  channel: DiscordEffect['channel'],
  { success, escalation }: DiscordPerformerDeps['channels'],
): { readonly channelId: string | null; readonly variable: string } =>
  channel === 'success'
    ? { channelId: success, variable: 'DISCORD_SUCCESS_CHANNEL_ID' }
    : { channelId: escalation ?? success, variable: 'DISCORD_ESCALATION_CHANNEL_ID' }

async function findSent(
  messenger: Messenger,
  of: { channelId: string; text: string },
  effectTry: EffectTry,
): Promise<MessageRef | null> {
  const isOld = effectTry.now - effectTry.createdAt >= NONCE_TRUSTED_MS
  if (!effectTry.afterUnknown && !isOld) return null
  const wanted = identifyMessage(of.text)
  try {
    return await messenger.find(
      { channelId: of.channelId, matches: (text) => identifyMessage(text) === wanted },
      effectTry.signal,
    )
  } catch (error) {
    // A first try cannot repeat anything: if the channel may not be read, the message is sent
    // anyway.
    const isReadForbidden =
      isFailure(error) && (error.kind === 'forbidden' || error.kind === 'refused')
    if (isReadForbidden && effectTry.number === 1 && !effectTry.afterUnknown) return null
    throw error
  }
}

async function editMessage(
  effect: DiscordEffect & { readonly edits: string },
  effectTry: EffectTry,
  { messenger, sent }: { messenger: Messenger; sent: SentMessages },
): Promise<Settlement> {
  const message = await sent.find(effect.edits)
  if (message.kind === 'never')
    return { state: 'skipped', because: `there is no message to edit: ${message.because}` }
  if (message.kind === 'not_yet')
    throw new Failure('unavailable', 'the message to edit has not been sent yet')
  if (await sent.isEditedLater({ key: effect.edits, effectId: effectTry.effectId })) {
    return { state: 'skipped', because: 'a later decision edits the same message' }
  }
  try {
    await messenger.edit({ ...message.message, text: effect.text }, effectTry.signal)
    return toDone('edited', message.message)
  } catch (error) {
    // Setting a text twice is harmless, so a try after an unknown result needs no lookup.
    if (isFailure(error) && error.kind === 'unknown')
      throw new Failure('unavailable', error.message, { cause: error })
    throw error
  }
}

const toDone = (because: string, { channelId, messageId }: MessageRef): Settlement => ({
  state: 'done',
  because,
  answer: { channelId, messageId },
})
