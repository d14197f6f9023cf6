import { answerJson, type HttpAnswer, type HttpServer, serve } from './serve.ts'

/** How the model answers one request of Codex. */
export type ModelMove =
  | { readonly kind: 'text'; readonly text: string }
  /** It calls the shell tool; the next request carries the output. */
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'fails'; readonly status: number; readonly message: string }

export interface CodexModel extends HttpServer {
  /** The value for Codex's `base_url`. */
  readonly baseUrl: string
  /** Every request's body, in the order of arrival. */
  readonly requests: readonly Readonly<Record<string, unknown>>[]
}

/**
 * The model of a real Codex CLI: OpenAI's Responses API as far as Codex uses it. It makes its moves
 * in order and repeats the last one.
 */
export async function startCodexModel(...moves: readonly ModelMove[]): Promise<CodexModel> {
  const requests: Readonly<Record<string, unknown>>[] = []
  const server = await serve(async ({ method, path, body }) => {
    if (method !== 'POST' || path !== '/v1/responses')
      return answerJson(404, { error: { message: 'not found' } })
    requests.push(JSON.parse(body.toString()))
    const number = requests.length
    const move = moves[Math.min(number, moves.length) - 1]
    return move === undefined
      ? answerJson(500, { error: { message: 'no move' } })
      : formatAnswer(move, number)
  })
  return { ...server, baseUrl: `${server.url}/v1`, requests }
}

function formatAnswer(move: ModelMove, number: number): HttpAnswer {
  if (move.kind === 'fails')
    return answerJson(move.status, {
      error: { message: move.message, type: 'invalid_request_error' },
    })
  const usage = {
    input_tokens: 900,
    input_tokens_details: { cached_tokens: 100 },
    output_tokens: 40,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 940,
  }
  const id = `resp_${number}`
  const events = [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', item: buildItem(move, number) },
    { type: 'response.completed', response: { id, usage } },
  ]
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: events
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
  }
}

function buildItem(move: Exclude<ModelMove, { kind: 'fails' }>, number: number) {
  switch (move.kind) {
    case 'text':
      return {
        type: 'message',
        id: `msg_${number}`,
        role: 'assistant',
        content: [{ type: 'output_text', text: move.text, annotations: [] }],
      }
    case 'command':
      return {
        type: 'function_call',
        id: `fc_${number}`,
        call_id: `call_${number}`,
        name: 'exec_command',
        arguments: JSON.stringify({ cmd: move.command }),
      }
    default:
      return move satisfies never
  }
}
