import type { EffectOf } from '../decide/effect.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import { sha256 } from '../lib/ids.ts'
import type { Mask } from '../lib/mask.ts'
import { clip } from '../lib/text.ts'
import { identityOf, messageMax } from '../text/discord-message.ts'
import type { MessageRef, Messenger, SentMessages } from './messenger.ts'
import type { Performer, Settlement, Try } from './performer.ts'

export interface DiscordPorts {
  /** Null: `DISCORD_BOT_TOKEN` is not set. */
  readonly messenger: Messenger | null
  /** `escalation` null: the success channel. */
  readonly channels: { readonly success: string | null; readonly escalation: string | null }
  readonly sent: SentMessages
  readonly mask: Mask
}

type DiscordEffect = EffectOf<'discord'>

/**
 * For how long the nonce alone is trusted to make a repetition harmless; Discord speaks of "a few
 * minutes".
 */
const nonceHolds = 60_000

/**
 * Sends a message once, or changes one that was sent. Discord forgets nonces soon, so a try whose
 * answer was never seen, or one that may be a repetition of something older than a minute, first
 * looks whether the channel already has the message.
 */
export function discordPerformer(ports: DiscordPorts): Performer<DiscordEffect> {
  return {
    async perform(effect, attempt) {
      const { messenger, channels } = ports
      if (messenger === null)
        return { state: 'skipped', because: 'off: DISCORD_BOT_TOKEN is not set' }
      const text = clip(await ports.mask(effect.text), messageMax)
      if (effect.edits !== null)
        return edit({ ...effect, edits: effect.edits, text }, attempt, {
          messenger,
          sent: ports.sent,
        })
      const channelId =
        effect.channel === 'success' ? channels.success : (channels.escalation ?? channels.success)
      if (channelId === null) {
        return {
          state: 'skipped',
          because: `off: ${effect.channel === 'success' ? 'DISCORD_SUCCESS_CHANNEL_ID' : 'DISCORD_ESCALATION_CHANNEL_ID'} is not set`,
        }
      }
      const there = await lookedFor(messenger, { channelId, text }, attempt)
      if (there) return done('the message was there already', there)
      const nonce = sha256(effect.key).slice(0, 25)
      return done('sent', await messenger.send({ channelId, text, nonce }, attempt.signal))
    },
  }
}

async function lookedFor(
  messenger: Messenger,
  of: { channelId: string; text: string },
  attempt: Try,
): Promise<MessageRef | null> {
  const old = attempt.now - attempt.createdAt >= nonceHolds
  if (!attempt.afterUnknown && !old) return null
  const wanted = identityOf(of.text)
  try {
    return await messenger.find(
      { channelId: of.channelId, matches: (text) => identityOf(text) === wanted },
      attempt.signal,
    )
  } catch (error) {
    // A first try is late only because we were: if the channel may not be read, that is no reason
    // to stay silent.
    const mayNotLook = isFailure(error) && (error.kind === 'forbidden' || error.kind === 'refused')
    if (mayNotLook && attempt.number === 1 && !attempt.afterUnknown) return null
    throw error
  }
}

async function edit(
  effect: DiscordEffect & { readonly edits: string },
  attempt: Try,
  { messenger, sent }: { messenger: Messenger; sent: SentMessages },
): Promise<Settlement> {
  const message = await sent.of(effect.edits)
  if (message.kind === 'never')
    return { state: 'skipped', because: `there is no message to edit: ${message.because}` }
  if (message.kind === 'not_yet')
    throw new Failure('unavailable', 'the message to edit has not been sent yet')
  if (await sent.editedLater({ key: effect.edits, effectId: attempt.effectId })) {
    return { state: 'skipped', because: 'a later decision edits the same message' }
  }
  try {
    await messenger.edit({ ...message.message, text: effect.text }, attempt.signal)
    return done('edited', message.message)
  } catch (error) {
    // Setting a text twice is harmless, so a try without an answer needs no looking up.
    if (isFailure(error) && error.kind === 'unknown')
      throw new Failure('unavailable', error.message, { cause: error })
    throw error
  }
}

const done = (because: string, { channelId, messageId }: MessageRef): Settlement => ({
  state: 'done',
  because,
  answer: { channelId, messageId },
})
