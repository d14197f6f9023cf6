import Type, { type StaticDecode } from 'typebox'
import { argoVariables, artifactVariables } from './variables/artifacts.ts'
import { githubVariables } from './variables/github.ts'
import { kafkaVariables } from './variables/kafka.ts'
import { modelVariables } from './variables/models.ts'
import { outputVariables } from './variables/outputs.ts'
import { accessVariables, serviceVariables, storageVariables } from './variables/service.ts'
import { telemetryVariables } from './variables/telemetry.ts'

/*
 * Every variable the service reads, declared once: its meaning, its default, what a valid value
 * looks like, and how its text becomes a value. The service reads its environment with this schema
 * and docs/configuration.md is generated from it, so the two cannot disagree.
 */

/** The groups in the order in which docs/configuration.md shows them. */
export const settingGroups = {
  Service: serviceVariables,
  Access: accessVariables,
  Storage: storageVariables,
  Kafka: kafkaVariables,
  Artifacts: artifactVariables,
  'Argo Workflows': argoVariables,
  GitHub: githubVariables,
  Models: modelVariables,
  'Dispatcher and Discord': outputVariables,
  'Agent messages and traces': telemetryVariables,
} as const

/** All variables as one schema: a text for each, decoded to its value. */
export const settingsSchema = Type.Object({
  ...serviceVariables,
  ...accessVariables,
  ...storageVariables,
  ...kafkaVariables,
  ...artifactVariables,
  ...argoVariables,
  ...githubVariables,
  ...modelVariables,
  ...outputVariables,
  ...telemetryVariables,
})

export type Variables = StaticDecode<typeof settingsSchema>
export type Variable = keyof Variables

const isVariable = (name: string): name is Variable =>
  Object.hasOwn(settingsSchema.properties, name)
export const variables = Object.keys(settingsSchema.properties).filter(isVariable)

/** One part of a variable's description, or null if it has none. */
export function readNote(
  variable: Variable,
  note: 'description' | 'expected' | 'default' | 'unset',
): string | null {
  const found: unknown = Object.entries(settingsSchema.properties[variable]).find(
    ([key]) => key === note,
  )?.[1]
  return typeof found === 'string' ? found : null
}
export const isSecret = (variable: Variable): boolean =>
  'secret' in settingsSchema.properties[variable]
