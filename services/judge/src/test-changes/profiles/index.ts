import type { LanguageProfile } from '../profile.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { kotlin } from './kotlin.ts'
import { python } from './python.ts'
import { rust } from './rust.ts'
import { tsx, typescript } from './typescript.ts'

const byEnding: ReadonlyMap<string, LanguageProfile> = new Map([
  ['go', go],
  ['java', java],
  ...['kt', 'kts'].map((ending) => [ending, kotlin] as const),
  ['rs', rust],
  ...['py', 'pyi'].map((ending) => [ending, python] as const),
  ...['ts', 'mts', 'cts'].map((ending) => [ending, typescript] as const),
  ...['tsx', 'js', 'jsx', 'mjs', 'cjs'].map((ending) => [ending, tsx] as const),
])

/** The profile of a file's language, by the ending of its name; null if there is none. */
export const findProfile = (path: string): LanguageProfile | null =>
  byEnding.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) ?? null
