import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Mask } from '../../lib/mask.ts'
import type { Guard } from '../http/route-options.ts'
import type { Sessions } from '../http/session.ts'
import type { RunReader } from '../runs/present-run.ts'
import type { RequestWork } from './idempotency.ts'
import type { Operations } from './operations.ts'
import type { VisitorView } from './session-routes.ts'

export interface OperateDeps extends RunReader {
  readonly guard: Guard
  readonly operations: Operations
  readonly mask: Mask
  readonly sessions: Sessions
  readonly describeVisitor: (request: FastifyRequest) => VisitorView
}

export interface WriteRouteDeps extends OperateDeps {
  /** Executes the work once for each `Idempotency-Key`, and sends the response. */
  readonly respondOnce: (
    request: FastifyRequest,
    reply: FastifyReply,
    work: RequestWork,
  ) => Promise<FastifyReply>
  /** What the routes of operators have in common. */
  readonly operator: { readonly tag: string; readonly guard: ReturnType<Guard> }
}

/** The name in the audit log: that of the token or session which the guard admitted. */
export const readActor = (request: FastifyRequest): string => request.identity?.name ?? 'anyone'

export const bodyProblems = [400, 413, 422]
