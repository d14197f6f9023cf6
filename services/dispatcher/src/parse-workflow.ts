import { getMember } from './json.ts'

/** A workflow that Argo knows. */
export interface KnownWorkflow {
  readonly name: string
  readonly createdAt: string | null
  readonly annotations: Readonly<Record<string, string>>
}

/** The parts of a Workflow object that the dispatcher needs; null for anything else. */
export function parseWorkflow(workflow: unknown): KnownWorkflow | null {
  const metadata = getMember(workflow, 'metadata')
  const name = getMember(metadata, 'name')
  if (typeof name !== 'string') return null
  const createdAt = getMember(metadata, 'creationTimestamp')
  const given = getMember(metadata, 'annotations')
  const annotations = Object.entries(
    typeof given === 'object' && given !== null ? given : {},
  ).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return {
    name,
    createdAt: typeof createdAt === 'string' ? createdAt : null,
    annotations: Object.fromEntries(annotations),
  }
}
