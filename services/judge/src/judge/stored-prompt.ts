import Type from 'typebox'
import { Value } from 'typebox/value'
import { sha256 } from '../lib/ids.ts'
import type { Prompt } from './prompt.ts'

const schema = Type.Object({
  version: Type.String(),
  system: Type.String(),
  user: Type.String(),
  requirements: Type.Array(Type.Object({ number: Type.Integer(), text: Type.String() })),
  cut: Type.Array(Type.String()),
})

/**
 * The prompt as it is stored, whole, so that what was asked can be read again exactly. Its SHA-256
 * is what an `ask` carries.
 */
export function storedPrompt(prompt: Prompt): {
  readonly digest: string
  readonly content: string
} {
  const content = JSON.stringify(prompt)
  return { digest: sha256(content), content }
}

/** Reads it back; null if this is no stored prompt. */
export function readPrompt(content: string): Prompt | null {
  try {
    const value: unknown = JSON.parse(content)
    return Value.Check(schema, value) ? value : null
  } catch {
    return null
  }
}
