import type { Kysely } from 'kysely'
import { createDiscordMessenger } from '../adapters/discord/discord-messenger.ts'
import { createHttpDispatcher } from '../adapters/dispatcher/http-dispatcher.ts'
import { createModels } from '../adapters/models/models.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Metrics } from '../adapters/telemetry/metrics.ts'
import type { Settings } from '../config/settings.ts'
import { createAskPerformer } from '../effects/ask.ts'
import { createCommentPerformer } from '../effects/comment.ts'
import { createDiscordPerformer } from '../effects/discord.ts'
import { createDispatchPerformer, type DispatchPerformerDeps } from '../effects/dispatch.ts'
import { findCheckRun } from '../effects/find-check-run.ts'
import type { Performers } from '../effects/performer.ts'
import { createRememberPerformer } from '../effects/remember.ts'
import { createRequestReviewPerformer } from '../effects/request-review.ts'
import { createRerunChecksPerformer } from '../effects/rerun-checks.ts'
import { createSentMessages } from '../effects/sent-messages.ts'
import { createStatusPerformer } from '../effects/status.ts'
import type { GithubWrites } from '../github/port.ts'
import type { Millis } from '../lib/instant.ts'
import { deriveLatest, followLatest } from '../lib/latest.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'
import type { CurrentSettings } from './rotate-secrets.ts'
import type { Systems } from './systems.ts'
import { watchDispatcher, watchMessenger, watchModel } from './watch-clients.ts'

/** The models of every vendor whose key is set. */
const buildModels = ({ openai, anthropic, codex }: Settings['models']) =>
  createModels({
    openai: openai.apiKey === null ? null : { apiKey: openai.apiKey, baseUrl: openai.baseUrl },
    anthropic:
      anthropic.apiKey === null ? null : { apiKey: anthropic.apiKey, baseUrl: anthropic.baseUrl },
    codex:
      openai.apiKey === null ? null : { ...codex, apiKey: openai.apiKey, baseUrl: openai.baseUrl },
  })

/** Null: the dispatcher is off. */
function buildDispatcher({ get }: PerformerDeps['currentSettings'], systems: Systems) {
  const { dispatcher } = get()
  if (dispatcher === null) return null
  const getLatest = deriveLatest(() => get().dispatcher ?? dispatcher, createHttpDispatcher)
  return watchDispatcher(followLatest(getLatest), systems.watch('dispatcher'))
}

/** Null: Discord is off. */
function buildMessenger({ get }: PerformerDeps['currentSettings'], systems: Systems) {
  const { discord } = get()
  if (discord === null) return null
  const getLatest = deriveLatest(
    () => get().discord ?? discord,
    ({ token, apiUrl }) => createDiscordMessenger({ token, url: apiUrl }),
  )
  return watchMessenger(followLatest(getLatest), systems.watch('discord'))
}

interface PerformerDeps {
  readonly db: Kysely<DB>
  readonly currentSettings: Pick<CurrentSettings, 'get'>
  readonly github: GithubWrites
  readonly mask: Mask
  readonly metrics: Metrics
  readonly trace: Trace
  readonly systems: Systems
  readonly runUrl: (runId: string) => string
  readonly readWork: DispatchPerformerDeps['readWork']
  readonly markKey: string
  /** How often answers on GitHub are looked for at first. */
  readonly answerEvery: Millis
}

/** One performer for each kind of effect, bound to the external systems of the settings. */
export function createPerformers({
  db,
  currentSettings,
  github,
  mask,
  metrics,
  trace,
  systems,
  runUrl,
  readWork,
  markKey,
  answerEvery,
}: PerformerDeps): Performers {
  const getModels = deriveLatest(() => currentSettings.get().models, buildModels)
  const { discord } = currentSettings.get()
  return {
    ask: createAskPerformer({
      db,
      findModel: (name) => {
        const found = getModels()(name)
        return found && watchModel(found, name, systems.watch('models'))
      },
      mask,
      onCall: ({ model, outcome, usage, costUsd }) => {
        trace.setAttributes({
          'gen_ai.request.model': model,
          'gen_ai.usage.input_tokens': usage?.inputTokens ?? null,
          'gen_ai.usage.output_tokens': usage?.outputTokens ?? null,
          'verdict.outcome': outcome,
          'verdict.cost_usd': costUsd,
        })
        metrics.countJudgeCall({
          model,
          outcome,
          tokens: {
            input: usage?.inputTokens ?? 0,
            cachedInput: usage?.cachedInputTokens ?? 0,
            output: usage?.outputTokens ?? 0,
          },
          costUsd,
        })
      },
    }),
    dispatch: createDispatchPerformer({
      dispatcher: buildDispatcher(currentSettings, systems),
      mask,
      readWork,
    }),
    discord: createDiscordPerformer({
      messenger: buildMessenger(currentSettings, systems),
      channels: {
        success: discord?.successChannel ?? null,
        escalation: discord?.escalationChannel ?? null,
      },
      sent: createSentMessages(db),
      mask,
    }),
    status: createStatusPerformer({
      github,
      findCheckRun: (key) => findCheckRun(db, key),
      getRunUrl: runUrl,
      mask,
    }),
    remember: createRememberPerformer({ mask }),
    comment: createCommentPerformer({ db, github, markKey, lookAfter: answerEvery }),
    requestReview: createRequestReviewPerformer(github),
    rerunChecks: createRerunChecksPerformer(github),
  }
}
