import { type ReadPrompt, readJudgePrompt } from './judge-prompt.ts'
import { faults, json, serve } from './serve.ts'

export interface ModelRequest {
  readonly model: string
  readonly system: string
  readonly user: string
  readonly authorization: string | null
  readonly responseFormat: unknown
  readonly body: Readonly<Record<string, unknown>>
}

/** What a model does with a question. The default is `passes`. */
export type Behaviour = (asked: ModelRequest, prompt: ReadPrompt) => ModelAnswer
export type ModelAnswer =
  | {
      readonly kind: 'says'
      readonly text: string
      readonly finish?: 'stop' | 'length' | 'content_filter'
    }
  | { readonly kind: 'refuses'; readonly refusal: string }

export interface ModelWorld {
  /** What goes into OPENAI_BASE_URL. */
  readonly url: string
  readonly requests: readonly ModelRequest[]
  readonly faults: ReturnType<typeof faults>
  /** What every model does from now on, or one of them. */
  readonly behaves: (behaviour: Behaviour, model?: string) => void
  /** The next questions, one behaviour each, before it goes back to what it does. */
  readonly next: (...behaviours: readonly Behaviour[]) => void
  /** Tokens that each answer is said to have used; null: it does not say. */
  usage: { readonly prompt: number; readonly cached: number; readonly completion: number } | null
  close(): Promise<void>
}

/**
 * Accepts the change, proving every requirement with a line that the diff in the prompt really
 * adds.
 */
export const passes =
  (over: Readonly<Record<string, unknown>> = {}): Behaviour =>
  (_asked, prompt) =>
    saying(answerTo(prompt, { decision: 'pass', met: true, ...over }))

export const fails =
  (items: readonly string[], over: Readonly<Record<string, unknown>> = {}): Behaviour =>
  (_asked, prompt) =>
    saying(
      answerTo(prompt, {
        decision: 'fail',
        met: false,
        missing_items: items,
        suggested_fixes: items.map((item) => `Do it: ${item}`),
        next_prompt: `Still missing: ${items.join('; ')}`,
        ...over,
      }),
    )

/** Passes it, and reports that the change tried to talk to it. */
export const seesInjection = (passage: string): Behaviour =>
  passes({ injection_attempts: [passage] })

/** Passes it by a line that is nowhere. */
export const invents: Behaviour = (_asked, prompt) =>
  saying(
    answerTo(
      { ...prompt, added: [{ path: 'src/nowhere.ts', line: 1, text: 'it.works()' }] },
      { decision: 'pass', met: true },
    ),
  )

export const answersProse: Behaviour = () => ({ kind: 'says', text: 'Looks good to me, ship it!' })
export const answersFenced: Behaviour = (asked, prompt) => {
  const answer = passes()(asked, prompt)
  return answer.kind === 'says'
    ? { kind: 'says', text: `\`\`\`json\n${answer.text}\n\`\`\`` }
    : answer
}
export const answersOffSchema: Behaviour = () => saying({ decision: 'pass', confidence: 1 })
export const isCutOff: Behaviour = (asked, prompt) => {
  const answer = passes()(asked, prompt)
  return answer.kind === 'says'
    ? { kind: 'says', text: answer.text.slice(0, 120), finish: 'length' }
    : answer
}
export const refuses: Behaviour = () => ({ kind: 'refuses', refusal: 'I cannot help with that.' })

const saying = (answer: unknown): ModelAnswer => ({ kind: 'says', text: JSON.stringify(answer) })

function answerTo(prompt: ReadPrompt, over: Readonly<Record<string, unknown>>): unknown {
  const { met, ...rest } = over
  return {
    requirements_coverage: prompt.requirements.map(({ number, text }, index) => {
      const proof = prompt.added[index % Math.max(1, prompt.added.length)]
      return {
        requirement: `${number}. ${text}`,
        evidence: proof ? [{ path: proof.path, line: proof.line, quote: proof.text }] : [],
        met,
      }
    }),
    missing_items: [],
    suggested_fixes: [],
    injection_attempts: [],
    next_prompt: '',
    prompt_tuning_suggestions: [],
    system_improvement_suggestions: [],
    scores: {
      correctness: 0.9,
      requirement_satisfaction: 0.9,
      maintainability: 0.8,
      testability: 0.8,
      simplicity: 0.9,
      risk_inverse: 0.9,
    },
    decision: 'pass',
    confidence: 0.9,
    ...rest,
  }
}

/**
 * An OpenAI-compatible server: `POST {url}/chat/completions`, and only what that API would take.
 */
export async function modelWorld(setup: { apiKey: string; port?: number }): Promise<ModelWorld> {
  const requests: ModelRequest[] = []
  const trouble = faults()
  const queue: Behaviour[] = []
  const byModel = new Map<string, Behaviour>()
  let usual: Behaviour = passes()

  const server = await serve(async ({ method, path, headers, body }) => {
    if (method !== 'POST' || path !== '/v1/chat/completions')
      return json(404, problem('no such route'))
    if (headers.authorization !== `Bearer ${setup.apiKey}`)
      return json(401, problem('Incorrect API key provided'))
    const asked = requestOf(body.toString('utf8'), headers.authorization ?? null)
    if (typeof asked === 'string') return json(400, problem(asked))
    requests.push(asked)
    return trouble.around(() => {
      const behaviour = queue.shift() ?? byModel.get(asked.model) ?? usual
      return json(
        200,
        completion(asked, behaviour(asked, readJudgePrompt(asked.user)), world.usage),
      )
    })
  }, setup.port)

  const world: ModelWorld = {
    url: `${server.url}/v1`,
    requests,
    faults: trouble,
    behaves: (behaviour, model) => {
      if (model === undefined) usual = behaviour
      else byModel.set(model, behaviour)
    },
    next: (...behaviours) => {
      queue.push(...behaviours)
    },
    usage: { prompt: 12_000, cached: 2_000, completion: 900 },
    close: server.close,
  }
  return world
}

const problem = (message: string): unknown => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
})

/** The question, or what the API would say is wrong with it. */
function requestOf(text: string, authorization: string | null): ModelRequest | string {
  const body: Record<string, unknown> = JSON.parse(text)
  const { model, messages, response_format } = body
  if (typeof model !== 'string') return 'you must provide a model parameter'
  if (!Array.isArray(messages) || messages.length === 0) return 'messages is empty'
  if ('max_tokens' in body)
    return "Unsupported parameter: 'max_tokens' is not supported with this model."
  const content = (role: string): string =>
    messages
      .filter((message: { role?: unknown }) => message.role === role)
      .map((message: { content?: unknown }) => String(message.content))
      .join('\n')
  return {
    model,
    system: content('system'),
    user: content('user'),
    authorization,
    responseFormat: response_format,
    body,
  }
}

function completion(asked: ModelRequest, answer: ModelAnswer, usage: ModelWorld['usage']): unknown {
  const message =
    answer.kind === 'says'
      ? { role: 'assistant', content: answer.text, refusal: null }
      : { role: 'assistant', content: null, refusal: answer.refusal }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: asked.model,
    choices: [
      {
        index: 0,
        message,
        finish_reason: answer.kind === 'says' ? (answer.finish ?? 'stop') : 'stop',
      },
    ],
    ...(usage === null
      ? {}
      : {
          usage: {
            prompt_tokens: usage.prompt,
            completion_tokens: usage.completion,
            total_tokens: usage.prompt + usage.completion,
            prompt_tokens_details: { cached_tokens: usage.cached },
          },
        }),
  }
}
