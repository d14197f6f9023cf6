import { type ParsedPrompt, parseJudgePrompt } from './judge-prompt.ts'
import { answerJson, createFaults, serve } from './serve.ts'

export interface ModelRequest {
  readonly model: string
  readonly system: string
  readonly user: string
  readonly authorization: string | null
  readonly responseFormat: unknown
  readonly body: Readonly<Record<string, unknown>>
}

/** How a model answers a request. The default is `answerPass`. */
export type Behaviour = (request: ModelRequest, prompt: ParsedPrompt) => ModelAnswer
export type ModelAnswer =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly finish?: 'stop' | 'length' | 'content_filter'
    }
  /** A refusal, with nothing or with a text beside it. */
  | { readonly kind: 'refusal'; readonly refusal: string; readonly text?: string }

export interface ModelWorld {
  /** The value for `OPENAI_BASE_URL`. */
  readonly url: string
  readonly requests: readonly ModelRequest[]
  readonly faults: ReturnType<typeof createFaults>
  /** Sets how every model, or one of them, answers the following requests. */
  readonly behaves: (behaviour: Behaviour, model?: string) => void
  /** Sets how the next requests are answered, one behaviour for each. */
  readonly next: (...behaviours: readonly Behaviour[]) => void
  /** The token usage in each answer, or null for none. */
  usage: { readonly prompt: number; readonly cached: number; readonly completion: number } | null
  close(): Promise<void>
}

/** Accepts the change, and cites a line that the diff in the prompt adds for each requirement. */
export const answerPass =
  (over: Readonly<Record<string, unknown>> = {}): Behaviour =>
  (_asked, prompt) =>
    toAnswer(buildAnswer(prompt, { decision: 'pass', met: true, ...over }))

export const answerFail =
  (items: readonly string[], over: Readonly<Record<string, unknown>> = {}): Behaviour =>
  (_asked, prompt) =>
    toAnswer(
      buildAnswer(prompt, {
        decision: 'fail',
        met: false,
        missing_items: items,
        suggested_fixes: items.map((item) => `Do it: ${item}`),
        next_prompt: `Still missing: ${items.join('; ')}`,
        ...over,
      }),
    )

/** Accepts the change, and reports an injection attempt in it. */
export const reportInjection = (passage: string): Behaviour =>
  answerPass({ injection_attempts: [passage] })

/** Accepts the change, and cites a line that does not exist. */
export const inventEvidence: Behaviour = (_asked, prompt) =>
  toAnswer(
    buildAnswer(
      { ...prompt, added: [{ path: 'src/nowhere.ts', line: 1, text: 'it.works()' }] },
      { decision: 'pass', met: true },
    ),
  )

export const answerProse: Behaviour = () => ({ kind: 'text', text: 'Looks good to me, ship it!' })
export const answerFenced: Behaviour = (request, prompt) => {
  const answer = answerPass()(request, prompt)
  return answer.kind === 'text'
    ? { kind: 'text', text: `\`\`\`json\n${answer.text}\n\`\`\`` }
    : answer
}
/** Accepts the change, but says the given member of the answer before it as well. */
export const answerTwice =
  (member: string): Behaviour =>
  (request, prompt) => {
    const answer = answerPass()(request, prompt)
    return answer.kind === 'text'
      ? { kind: 'text', text: answer.text.replace('{', `{${member},`) }
      : answer
  }
export const answerOffSchema: Behaviour = () => toAnswer({ decision: 'pass', confidence: 1 })
export const answerCutOff: Behaviour = (request, prompt) => {
  const answer = answerPass()(request, prompt)
  return answer.kind === 'text'
    ? { kind: 'text', text: answer.text.slice(0, 120), finish: 'length' }
    : answer
}
export const answerRefusal: Behaviour = () => ({
  kind: 'refusal',
  refusal: 'I cannot help with that.',
})

/** Answers the first requests as given, and passes the others. */
export function answerInTurn(...behaviours: readonly Behaviour[]): Behaviour {
  const left = [...behaviours]
  return (asked, prompt) => (left.shift() ?? answerPass())(asked, prompt)
}

const toAnswer = (answer: unknown): ModelAnswer => ({ kind: 'text', text: JSON.stringify(answer) })

function buildAnswer(prompt: ParsedPrompt, over: Readonly<Record<string, unknown>>): unknown {
  const { met, ...rest } = over
  const cite = (index: number) => {
    const proof = prompt.added[index % Math.max(1, prompt.added.length)]
    return proof ? [{ path: proof.path, line: proof.line, quote: proof.text }] : []
  }
  const testEdits = prompt.testEdits.map(({ number, text }, index) => ({
    question: `${number}. ${text}`,
    evidence: cite(index),
    still_checks: true,
  }))
  return {
    requirements_coverage: prompt.requirements.map(({ number, text }, index) => ({
      requirement: `${number}. ${text}`,
      evidence: cite(index),
      met,
    })),
    ...(testEdits.length === 0 ? {} : { test_edits: testEdits }),
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

/** An OpenAI-compatible server with `POST {url}/chat/completions`. */
export async function createModelWorld(options: {
  apiKey: string | (() => string)
  port?: number
}): Promise<ModelWorld> {
  const requests: ModelRequest[] = []
  const faults = createFaults()
  const queue: Behaviour[] = []
  const byModel = new Map<string, Behaviour>()
  let defaultBehaviour: Behaviour = answerPass()

  const server = await serve(async ({ method, path, headers, body }) => {
    const isList = method === 'GET' && path === '/v1/models'
    if (!isList && (method !== 'POST' || path !== '/v1/chat/completions'))
      return answerJson(404, buildError('no such route'))
    const { apiKey } = options
    const key = typeof apiKey === 'function' ? apiKey() : apiKey
    if (headers.authorization !== `Bearer ${key}`)
      return answerJson(401, buildError('Incorrect API key provided'))
    if (isList) return answerJson(200, { object: 'list', data: [{ id: 'gpt-5.2' }] })
    const request = parseRequest(body.toString('utf8'), headers.authorization ?? null)
    if (typeof request === 'string') return answerJson(400, buildError(request))
    requests.push(request)
    return faults.apply(() => {
      const behaviour = queue.shift() ?? byModel.get(request.model) ?? defaultBehaviour
      return answerJson(
        200,
        buildCompletion(request, behaviour(request, parseJudgePrompt(request.user)), world.usage),
      )
    })
  }, options.port)

  const world: ModelWorld = {
    url: `${server.url}/v1`,
    requests,
    faults,
    behaves: (behaviour, model) => {
      if (model === undefined) defaultBehaviour = behaviour
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

const buildError = (message: string): unknown => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
})

/** The request, or the message with which the API refuses it. */
function parseRequest(text: string, authorization: string | null): ModelRequest | string {
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

function buildCompletion(
  request: ModelRequest,
  answer: ModelAnswer,
  usage: ModelWorld['usage'],
): unknown {
  const message =
    answer.kind === 'text'
      ? { role: 'assistant', content: answer.text, refusal: null }
      : { role: 'assistant', content: answer.text ?? null, refusal: answer.refusal }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: request.model,
    choices: [
      {
        index: 0,
        message,
        finish_reason: answer.kind === 'text' ? (answer.finish ?? 'stop') : 'stop',
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
