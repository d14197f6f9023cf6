/**
 * What a look at an outside system showed: in order, off by choice, worth knowing, or in need of
 * what `said` says is to be done.
 */
export interface Finding {
  readonly state: 'ok' | 'off' | 'warn' | 'failed'
  readonly said: string
}
