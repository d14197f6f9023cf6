/** What can keep an answer from us, by what a person has to do about it. */
export type FaultKind =
  | 'unreachable'
  | 'signed_out'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'invalid'
  | 'busy'
  | 'broken'

/** The problem document of the service (RFC 9457), as far as it is used here. */
interface Problem {
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

/** Why a request has no answer. `message` is the sentence of the service, if it sent one. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: FaultKind
  /** The faults of single fields of a body. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  /** Null unless the service said when to try again. */
  readonly retryAfterSeconds: number | null

  constructor(
    kind: FaultKind,
    message: string,
    more: { readonly errors?: Fault['errors']; readonly retryAfterSeconds?: number | null } = {},
  ) {
    super(message)
    this.kind = kind
    this.errors = more.errors ?? []
    this.retryAfterSeconds = more.retryAfterSeconds ?? null
  }
}

/** The fault that a response of the service stands for. */
export function readFault(status: number, retryAfter: string | null, body: unknown): Fault {
  const { detail, errors }: Problem = typeof body === 'object' && body !== null ? body : {}
  const seconds = Number(retryAfter)
  return new Fault(classify(status), detail ?? `The service answered ${status}.`, {
    errors: Array.isArray(errors) ? errors : [],
    retryAfterSeconds: retryAfter !== null && Number.isFinite(seconds) ? seconds : null,
  })
}

function classify(status: number): FaultKind {
  if (status === 401) return 'signed_out'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'missing'
  if (status === 409) return 'conflict'
  if (status === 400 || status === 422) return 'invalid'
  if (status === 429 || status === 503) return 'busy'
  return 'broken'
}
