import { optionalChannel, optionalSecret, optionalUrl, urlVariable } from '../variable-kinds.ts'

export const outputVariables = {
  DISPATCHER_URL: optionalUrl({
    unset: 'off',
    description: 'The dispatcher. Tasks go to `POST {DISPATCHER_URL}/codex/tasks`.',
  }),
  DISPATCHER_TOKEN: optionalSecret({
    unset: 'none',
    description:
      'The bearer token of the dispatcher. The first of two, separated by a comma, is sent.',
  }),
  DISCORD_BOT_TOKEN: optionalSecret({
    unset: 'off',
    description: 'The token of the bot that posts to Discord.',
  }),
  DISCORD_SUCCESS_CHANNEL_ID: optionalChannel({
    unset: 'off',
    description: 'The channel for completed issues.',
  }),
  DISCORD_ESCALATION_CHANNEL_ID: optionalChannel({
    unset: 'the success channel',
    description: 'The channel for questions to people.',
  }),
  DISCORD_API_URL: urlVariable({
    default: 'https://discord.com/api',
    description: 'The Discord API. Messages go to `{DISCORD_API_URL}/v10/channels/{id}/messages`.',
  }),
}
