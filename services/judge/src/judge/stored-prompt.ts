import Type from 'typebox'
import { Value } from 'typebox/value'
import { sha256 } from '../lib/ids.ts'
import type { Prompt } from './prompt.ts'

const schema = Type.Object({
  version: Type.String(),
  system: Type.String(),
  user: Type.String(),
  requirements: Type.Array(Type.Object({ number: Type.Integer(), text: Type.String() })),
  // An older release stored no questions about edits of tests.
  testEdits: Type.Optional(
    Type.Array(Type.Object({ number: Type.Integer(), place: Type.String(), text: Type.String() })),
  ),
  cut: Type.Array(Type.String()),
})

/** The prompt in its stored form, and the SHA-256 by which an `ask` effect refers to it. */
export function serializePrompt(prompt: Prompt): {
  readonly digest: string
  readonly content: string
} {
  const content = JSON.stringify(prompt)
  return { digest: sha256(content), content }
}

/** Reads a stored prompt; null if the text is not one. */
export function parsePrompt(content: string): Prompt | null {
  try {
    const value: unknown = JSON.parse(content)
    return Value.Check(schema, value) ? { ...value, testEdits: value.testEdits ?? [] } : null
  } catch {
    return null
  }
}
