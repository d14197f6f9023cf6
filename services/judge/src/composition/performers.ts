import type { Kysely } from 'kysely'
import { createDiscordMessenger } from '../adapters/discord/discord-messenger.ts'
import { createHttpDispatcher } from '../adapters/dispatcher/http-dispatcher.ts'
import { createModels } from '../adapters/models/models.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Metrics } from '../adapters/telemetry/metrics.ts'
import type { Settings } from '../config/settings.ts'
import { createAskPerformer } from '../effects/ask.ts'
import { createDiscordPerformer } from '../effects/discord.ts'
import { createDispatchPerformer } from '../effects/dispatch.ts'
import type { Performers } from '../effects/performer.ts'
import { createRememberPerformer } from '../effects/remember.ts'
import { createRequestReviewPerformer } from '../effects/request-review.ts'
import { createRerunChecksPerformer } from '../effects/rerun-checks.ts'
import { createSentMessages } from '../effects/sent-messages.ts'
import { createStatusPerformer } from '../effects/status.ts'
import type { GithubWrites } from '../github/port.ts'
import type { Mask } from '../lib/mask.ts'
import type { Trace } from '../lib/trace.ts'

interface PerformerDeps {
  readonly db: Kysely<DB>
  readonly settings: Settings
  readonly github: GithubWrites
  readonly mask: Mask
  readonly metrics: Metrics
  readonly trace: Trace
  readonly runUrl: (runId: string) => string
}

/** One performer for each kind of effect, bound to the external systems of the settings. */
export function createPerformers({
  db,
  settings,
  github,
  mask,
  metrics,
  trace,
  runUrl,
}: PerformerDeps): Performers {
  const { discord, dispatcher, models } = settings
  const { openai, anthropic, codex } = models
  const model = createModels({
    openai: openai.apiKey === null ? null : { apiKey: openai.apiKey, baseUrl: openai.baseUrl },
    anthropic:
      anthropic.apiKey === null ? null : { apiKey: anthropic.apiKey, baseUrl: anthropic.baseUrl },
    codex:
      openai.apiKey === null ? null : { ...codex, apiKey: openai.apiKey, baseUrl: openai.baseUrl },
  })
  return {
    ask: createAskPerformer({
      db,
      findModel: model,
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
      dispatcher: dispatcher === null ? null : createHttpDispatcher(dispatcher),
      mask,
    }),
    discord: createDiscordPerformer({
      messenger:
        discord === null
          ? null
          : createDiscordMessenger({ token: discord.token, url: discord.apiUrl }),
      channels: {
        success: discord?.successChannel ?? null,
        escalation: discord?.escalationChannel ?? null,
      },
      sent: createSentMessages(db),
      mask,
    }),
    status: createStatusPerformer({ github, getRunUrl: runUrl, mask }),
    remember: createRememberPerformer({ mask }),
    requestReview: createRequestReviewPerformer(github),
    rerunChecks: createRerunChecksPerformer(github),
  }
}
