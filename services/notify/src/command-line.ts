import { resolve } from 'node:path'

/** What the command line of `codex exec` tells about the run. */
export interface CommandLine {
  readonly prompt: string | null
  /** The file to which Codex writes its last message, absolute. */
  readonly lastMessageFile: string | null
  /** The working directory, absolute. */
  readonly directory: string
}

/** Options of Codex 0.169 that take a value; the argument after one of them is not a prompt. */
const optionsWithValue = new Set(
  [
    '-o --output-last-message --output-schema -C --cd -m --model -c --config -s --sandbox',
    '-p --profile -i --image --add-dir --color --enable --disable --local-provider',
    '-a --ask-for-approval',
  ].flatMap((options) => options.split(' ')),
)

/** Reads the arguments of `codex … exec …`. Of any other command only the directory is known. */
export function readCommandLine(command: readonly string[], cwd: string): CommandLine {
  const args = command.slice(1)
  const readOption = (...names: readonly string[]): string | null =>
    args.reduce<string | null>((found, arg, index) => {
      if (names.includes(arg)) return args[index + 1] ?? found
      const name = names.find((one) => one.startsWith('--') && arg.startsWith(`${one}=`))
      return name === undefined ? found : arg.slice(name.length + 1)
    }, null)
  const directory = resolve(cwd, readOption('-C', '--cd') ?? '.')
  if (!args.includes('exec') && !args.includes('e'))
    return { prompt: null, lastMessageFile: null, directory: cwd }
  const file = readOption('-o', '--output-last-message')
  return {
    prompt: findPrompt(args),
    lastMessageFile: file === null ? null : resolve(cwd, file),
    directory,
  }
}

/** The prompt is the last argument; `-` means standard input, which is closed. */
function findPrompt(args: readonly string[]): string | null {
  const last = args.at(-1)
  const before = args.at(-2)
  if (last === undefined || before === undefined || last === '-' || optionsWithValue.has(before))
    return null
  const isSubcommandOrId =
    ['exec', 'e', 'resume', 'review'].includes(last) ||
    (before === 'resume' && /^[0-9a-f-]{36}$/.test(last))
  return isSubcommandOrId || (last.startsWith('-') && before !== '--') ? null : last
}
