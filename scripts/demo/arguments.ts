import { parseArgs } from 'node:util'

export interface Arguments {
  /** End after the table instead of serving on. */
  readonly once: boolean
  /** Keys of the policy that the reader wants otherwise, as `judge.models=[]`. */
  readonly set: readonly (readonly [key: string, value: string])[]
  readonly help: boolean
}

export const usage = `npm run demo [-- --once] [--set key=value]...

  --once            end after the table, with exit code 1 if a run ended elsewhere than it should
  --set key=value   another policy, as in --set ci.rerun_failed_once=false: watch what it changes
  --help            this text

PORT says where the service listens; without it, it takes a free port.`

/** Reads the command line. Throws with a sentence about what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  const set = values.set.map((text) => {
    const at = text.indexOf('=')
    if (at < 1)
      throw new TypeError(`--set takes key=value, as in --set attempts.max=1; this is "${text}".`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  return { once: values.once, help: values.help, set }
}
