import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Generator } from './generator.ts'
import { listMeanings } from './policy-meanings.ts'

/** The comments of config/policy.yml as data, so that the API can say what each key means. */
export const policyMeanings: Generator = {
  name: 'the comments of config/policy.yml',
  produce: async () => {
    const text = await readFile(resolve(import.meta.dirname, '../config/policy.yml'), 'utf8')
    const entries = [...listMeanings(text)].map(
      ([key, meaning]) => `  ${JSON.stringify(key)}: ${JSON.stringify(meaning)},`,
    )
    return new Map([
      [
        'services/judge/src/policy/key-meanings.generated.ts',
        '// Written by `npm run generate` from the comments of config/policy.yml.\n' +
          'export const keyMeanings: Readonly<Record<string, string>> = {\n' +
          `${entries.join('\n')}\n}\n`,
      ],
    ])
  },
}
