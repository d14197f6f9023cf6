import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createArgoWorld } from './argo.ts'
import { createDiscordWorld, type DiscordOptions } from './discord.ts'
import { createDispatcherWorld, type DispatcherOptions } from './dispatcher.ts'
import { createGithubWorld, type GithubOptions } from './github.ts'
import { createModelWorld } from './model.ts'

export interface WorldOptions {
  /** The directory of the artifact store. Default: a temporary one. */
  readonly storeDir?: string
  readonly github?: GithubOptions
  readonly dispatcher?: DispatcherOptions
  readonly discord?: Pick<DiscordOptions, 'onMessage'>
}

const webhookSecret = 'a-secret-of-the-simulated-world'
export const channels = { success: '1001', escalation: '2002' } as const

export type World = Awaited<ReturnType<typeof createWorld>>

/**
 * All external systems, simulated over HTTP on loopback. `env` configures a service to use them.
 */
export async function createWorld(options: WorldOptions = {}) {
  const ownDir =
    options.storeDir === undefined ? await mkdtemp(join(tmpdir(), 'codex-judge-world-')) : null
  const storeDir = options.storeDir ?? ownDir ?? ''
  /** What the systems accept now; they refuse everything else. */
  const accepted = {
    model: 'model-key',
    dispatcher: 'dispatcher-token',
    discord: 'discord-token',
  }
  const github = await createGithubWorld({ tokens: ['github-token'], ...options.github })
  const model = await createModelWorld({ apiKey: () => accepted.model })
  const dispatcher = await createDispatcherWorld({
    token: () => accepted.dispatcher,
    ...options.dispatcher,
  })
  const discord = await createDiscordWorld({
    token: () => accepted.discord,
    channels: Object.values(channels),
    ...options.discord,
  })
  const argo = await createArgoWorld({ storeDir })
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_TOKEN: 'github-token',
    GITHUB_WEBHOOK_SECRET: webhookSecret,
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: accepted.model,
    DISPATCHER_URL: dispatcher.url,
    DISPATCHER_TOKEN: accepted.dispatcher,
    DISCORD_API_URL: discord.url,
    DISCORD_BOT_TOKEN: accepted.discord,
    DISCORD_SUCCESS_CHANNEL_ID: channels.success,
    DISCORD_ESCALATION_CHANNEL_ID: channels.escalation,
    ARGO_SERVER_URL: argo.url,
    ARTIFACT_DIR: storeDir,
    ARTIFACT_BUCKET: 'agent-artifacts',
  }
  return {
    github,
    model,
    dispatcher,
    discord,
    argo,
    accepted,
    storeDir,
    env,
    /** Sends GitHub's webhooks about every following change to the service. */
    sendWebhooksTo: (serviceUrl: string) =>
      github.webhooks.sendTo({ url: `${serviceUrl}/webhooks/github`, secret: webhookSecret }),
    close: async () => {
      await Promise.all([
        github.close(),
        model.close(),
        dispatcher.close(),
        discord.close(),
        argo.close(),
      ])
      if (ownDir !== null) await rm(ownDir, { recursive: true, force: true })
    },
  }
}
