import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argoWorld } from './argo.ts'
import { type DiscordSetup, discordWorld } from './discord.ts'
import { type DispatcherSetup, dispatcherWorld } from './dispatcher.ts'
import { type GithubSetup, worldGithub } from './github.ts'
import { modelWorld } from './model.ts'

export interface WorldSetup {
  /** A directory that is the artifact store; a temporary one where left out. */
  readonly storeDir?: string
  readonly github?: GithubSetup
  readonly dispatcher?: DispatcherSetup
  readonly discord?: Pick<DiscordSetup, 'onMessage'>
}

const webhookSecret = 'a-secret-of-the-simulated-world'
export const channels = { success: '1001', escalation: '2002' } as const

export type World = Awaited<ReturnType<typeof createWorld>>

/**
 * The whole outside, simulated over HTTP on loopback: what a service needs to be told to live in it
 * is `env`.
 */
export async function createWorld(setup: WorldSetup = {}) {
  const ownDir =
    setup.storeDir === undefined ? await mkdtemp(join(tmpdir(), 'codex-judge-world-')) : null
  const storeDir = setup.storeDir ?? ownDir ?? ''
  const github = await worldGithub({ tokens: ['github-token'], ...setup.github })
  const model = await modelWorld({ apiKey: 'model-key' })
  const dispatcher = await dispatcherWorld({ token: 'dispatcher-token', ...setup.dispatcher })
  const discord = await discordWorld({
    token: 'discord-token',
    channels: Object.values(channels),
    ...setup.discord,
  })
  const argo = await argoWorld({ storeDir })
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_TOKEN: 'github-token',
    GITHUB_WEBHOOK_SECRET: webhookSecret,
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'model-key',
    DISPATCHER_URL: dispatcher.url,
    DISPATCHER_TOKEN: 'dispatcher-token',
    DISCORD_API_URL: discord.url,
    DISCORD_BOT_TOKEN: 'discord-token',
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
    storeDir,
    env,
    /** From now on GitHub tells the service of every change. */
    webhooksTo: (serviceUrl: string) =>
      github.webhooks.to({ url: `${serviceUrl}/webhooks/github`, secret: webhookSecret }),
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
