import { parseArgs } from 'node:util'

export interface DemoArguments {
  /** End after the table and stop the service. */
  readonly once: boolean
  /** A file for a picture of the output. */
  readonly picture: string | null
  /** Changed keys of the policy, as `judge.models=[]`. */
  readonly set: readonly (readonly [key: string, value: string])[]
  readonly help: boolean
}

export const USAGE = `npm run demo [-- --once] [--set key=value]... [--picture file]

  --once            end after the table, with exit code 1 if a run has not ended as expected
  --set key=value   change the policy, for example --set ci.rerun_failed_once=false
  --picture file    write the output as an SVG picture, and end after the table
  --help            print this text

The service listens on PORT, or on a free port.`

/** Parses the command line. Throws an error that says what is wrong with it. */
export function parseArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      picture: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  const set = values.set.map((text) => {
    const at = text.indexOf('=')
    if (at < 1)
      throw new TypeError(`--set takes key=value, as in --set attempts.max=1, and not "${text}".`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  const { once, help, picture = null } = values
  return { once: once || picture !== null, help, picture, set }
}
