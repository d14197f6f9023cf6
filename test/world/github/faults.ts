import { answerJson, type HttpAnswer, type HttpRequest, hangUp } from '../serve.ts'

/** What goes wrong with a request. */
export type GithubFault =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /**
   * The connection breaks `before` the request is carried out, or `after`, so the answer is lost.
   */
  | { readonly kind: 'hang_up'; readonly when: 'before' | 'after' }
  /** The answer waits for the promise. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Something changes just before the request is answered. */
  | { readonly kind: 'meanwhile'; readonly happens: () => unknown }
  /** The body is cut in the middle. */
  | { readonly kind: 'cut' }

/** Matches a part of the path (`/compare/`) or the name of a GraphQL operation (`Snapshot`). */
export type RequestPattern = string | RegExp

export function createGithubFaults() {
  const queue: { readonly fault: GithubFault; readonly on: RequestPattern; left: number }[] = []
  return {
    /** Applies the fault to the next `times` requests that match. */
    next(on: RequestPattern, fault: GithubFault, times = 1): void {
      queue.push({ fault, on, left: times })
    },
    clear(): void {
      queue.length = 0
    },
    async apply(
      name: string,
      handle: () => Promise<HttpAnswer>,
    ): Promise<HttpAnswer | typeof hangUp> {
      const hit = queue.find(
        ({ on, left }) => left > 0 && (typeof on === 'string' ? name.includes(on) : on.test(name)),
      )
      if (!hit) return handle()
      hit.left -= 1
      return applyFault(hit.fault, handle)
    },
  }
}

async function applyFault(
  fault: GithubFault,
  carryOut: () => Promise<HttpAnswer>,
): Promise<HttpAnswer | typeof hangUp> {
  switch (fault.kind) {
    case 'answer':
      return fault.answer
    case 'hang_up':
      if (fault.when === 'after') await carryOut()
      return hangUp
    case 'hold':
      await fault.until
      return carryOut()
    case 'meanwhile':
      await fault.happens()
      return carryOut()
    case 'cut': {
      const whole = await carryOut()
      const bytes = Buffer.from(whole.body ?? '')
      return { ...whole, body: bytes.subarray(0, Math.floor(bytes.length / 2)) }
    }
  }
}

/** GitHub's error answers. */
export const trouble = {
  status: (
    status: number,
    message = 'Server Error',
    headers: Readonly<Record<string, string>> = {},
  ): GithubFault => ({
    kind: 'answer',
    answer: answerJson(status, { message }, headers),
  }),
  /** The HTML page of a proxy. */
  html: (status = 200): GithubFault => ({
    kind: 'answer',
    answer: {
      status,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Unicorn!</body></html>',
    },
  }),
  secondaryLimit: (seconds: number): GithubFault =>
    trouble.status(403, 'You have exceeded a secondary rate limit.', {
      'retry-after': String(seconds),
    }),
  primaryLimit: (resetAt: Date): GithubFault =>
    trouble.status(403, 'API rate limit exceeded for installation.', {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1000)),
    }),
  /** GraphQL answers 200 with errors. */
  graphql: (
    ...errors: readonly { type?: string; message: string; path?: readonly string[] }[]
  ): GithubFault => ({
    kind: 'answer',
    answer: answerJson(200, { data: null, errors }),
  }),
  hang: (): GithubFault => ({ kind: 'hold', until: new Promise(() => {}) }),
}

export const nameRequest = (request: HttpRequest, operation: string): string =>
  operation === '' ? `${request.method} ${request.path}` : operation
