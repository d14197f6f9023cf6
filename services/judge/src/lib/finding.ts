/**
 * The result of one diagnostic check: fine, switched off, worth knowing, or failed, in which case
 * `message` says what to do.
 */
export interface Finding {
  readonly state: 'ok' | 'off' | 'warn' | 'failed'
  readonly message: string
}
