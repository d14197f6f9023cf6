import { type Answered, type Asked, hangUp, json } from '../serve.ts'

/** What happens to a request instead of, before or after being answered. */
export type GithubFault =
  | { readonly kind: 'answer'; readonly answer: Answered }
  /**
   * The connection breaks: `before` anything was done, or `after` it was, so that the answer is
   * lost.
   */
  | { readonly kind: 'hang_up'; readonly when: 'before' | 'after' }
  /** Answers only when the promise resolves: never, for a hang. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Something changes in the world just before the answer is made. */
  | { readonly kind: 'meanwhile'; readonly happens: () => unknown }
  /** The body ends in the middle, though the header promised more. */
  | { readonly kind: 'cut' }

/**
 * Which requests: a piece of the path (`/compare/`) or the name of a GraphQL operation
 * (`Snapshot`).
 */
export type Matching = string | RegExp

export function githubFaults() {
  const queue: { readonly fault: GithubFault; readonly on: Matching; left: number }[] = []
  return {
    /** The next `times` requests that match meet the fault. */
    next(on: Matching, fault: GithubFault, times = 1): void {
      queue.push({ fault, on, left: times })
    },
    clear(): void {
      queue.length = 0
    },
    async around(
      name: string,
      carryOut: () => Promise<Answered>,
    ): Promise<Answered | typeof hangUp> {
      const hit = queue.find(
        ({ on, left }) => left > 0 && (typeof on === 'string' ? name.includes(on) : on.test(name)),
      )
      if (!hit) return carryOut()
      hit.left -= 1
      return suffer(hit.fault, carryOut)
    },
  }
}

async function suffer(
  fault: GithubFault,
  carryOut: () => Promise<Answered>,
): Promise<Answered | typeof hangUp> {
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

/** GitHub's answers when it does not want to, as it sends them. */
export const trouble = {
  status: (
    status: number,
    message = 'Server Error',
    headers: Readonly<Record<string, string>> = {},
  ): GithubFault => ({
    kind: 'answer',
    answer: json(status, { message }, headers),
  }),
  /** A proxy's page: HTML with whatever status. */
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
    answer: json(200, { data: null, errors }),
  }),
  hang: (): GithubFault => ({ kind: 'hold', until: new Promise(() => {}) }),
}

export const nameOf = (asked: Asked, operation: string): string =>
  operation === '' ? `${asked.method} ${asked.path}` : operation
