export type Env = Readonly<Record<string, string | undefined>>
/** Reads a text file whole. Throws if it cannot be read. */
export type ReadFile = (path: string) => string

/** What a variable may contain. */
interface ExpectedValue {
  readonly fallback: string
  readonly allowed: RegExp | readonly string[]
  /** Completes the sentence "expected …". */
  readonly expected: string
}

/** Reads variables and collects every fault; an empty variable counts as unset. */
export interface EnvReader {
  readonly faults: readonly string[]
  readonly readText: (name: string) => string | null
  /** The value of a variable. One that is not allowed is a fault. */
  readonly readChecked: (name: string, value: ExpectedValue) => string
  /** The value of a variable, or the content of the file that `NAME_FILE` names. */
  readonly readSecret: (name: string) => string | null
  readonly addFault: (name: string, wrong: string, right: string) => void
}

export function createEnvReader(env: Env, readFile: ReadFile): EnvReader {
  const faults: string[] = []
  const readText = (name: string): string | null => env[name]?.trim() || null
  const addFault = (name: string, wrong: string, right: string): void =>
    void faults.push(`${name}: ${wrong}; ${right}`)
  return {
    faults,
    readText,
    addFault,
    readChecked: (name, { fallback, allowed, expected }) => {
      const value = readText(name) ?? fallback
      const isAllowed = allowed instanceof RegExp ? allowed.test(value) : allowed.includes(value)
      if (!isAllowed) addFault(name, `${JSON.stringify(value)} is invalid`, `expected ${expected}`)
      return value
    },
    readSecret: (name) => {
      const path = readText(`${name}_FILE`)
      if (path === null) return readText(name)
      if (readText(name) !== null)
        addFault(`${name}_FILE`, `${name} is set, too`, 'set only one of the two')
      try {
        const content = readFile(path).trim()
        if (content === '')
          addFault(`${name}_FILE`, `${path} is empty`, 'expected a file that contains the value')
        return content || null
      } catch {
        addFault(
          `${name}_FILE`,
          `${path} cannot be read`,
          'expected the path of a file that contains the value',
        )
        return null
      }
    },
  }
}
