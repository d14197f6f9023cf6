import type { Kysely } from 'kysely'
import { discordMessenger } from '../adapters/discord/discord-messenger.ts'
import { httpDispatcher } from '../adapters/dispatcher/http-dispatcher.ts'
import { createModels } from '../adapters/models/models.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Metrics } from '../adapters/telemetry/metrics.ts'
import type { Settings } from '../config/settings.ts'
import { askPerformer } from '../effects/ask.ts'
import { discordPerformer } from '../effects/discord.ts'
import { dispatchPerformer } from '../effects/dispatch.ts'
import type { Performers } from '../effects/performer.ts'
import { rememberPerformer } from '../effects/remember.ts'
import { requestReviewPerformer } from '../effects/request-review.ts'
import { rerunChecksPerformer } from '../effects/rerun-checks.ts'
import { sentMessages } from '../effects/sent-messages.ts'
import { statusPerformer } from '../effects/status.ts'
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

/** One performer a kind: a total table, bound to the outside that the settings name. */
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
    ask: askPerformer({
      db,
      model,
      mask,
      counted: ({ model, outcome, usage, costUsd }) => {
        trace.tell({
          'gen_ai.request.model': model,
          'gen_ai.usage.input_tokens': usage?.inputTokens ?? null,
          'gen_ai.usage.output_tokens': usage?.outputTokens ?? null,
          'verdict.outcome': outcome,
          'verdict.cost_usd': costUsd,
        })
        metrics.judgeCalled({
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
    dispatch: dispatchPerformer({
      dispatcher: dispatcher === null ? null : httpDispatcher(dispatcher),
      mask,
    }),
    discord: discordPerformer({
      messenger:
        discord === null ? null : discordMessenger({ token: discord.token, url: discord.apiUrl }),
      channels: {
        success: discord?.successChannel ?? null,
        escalation: discord?.escalationChannel ?? null,
      },
      sent: sentMessages(db),
      mask,
    }),
    status: statusPerformer({ github, runUrl, mask }),
    remember: rememberPerformer({ mask }),
    requestReview: requestReviewPerformer(github),
    rerunChecks: rerunChecksPerformer(github),
  }
}
