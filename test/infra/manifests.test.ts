import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Manifest, parseDocuments } from '../deploy/manifests.ts'
import { root } from '../harness/sources.ts'

const verifier = process.env.TEST_VERIFIER ?? ''

/**
 * There are no small Go types for these. `npm run verify:argo` and test/deploy.test.ts check their
 * content.
 */
const kindsWithoutSchema = [
  'EventBus.argoproj.io',
  'EventSource.argoproj.io',
  'KafkaSink.eventing.knative.dev',
  'KafkaSource.sources.knative.dev',
  'KafkaTopic.kafka.strimzi.io',
  'KafkaUser.kafka.strimzi.io',
  'Sensor.argoproj.io',
  'WorkflowTemplate.argoproj.io',
]

/** The rendered objects of a kustomization, after checking that an API server would accept them. */
function render(folder: string): readonly Manifest[] {
  const { status, stdout, stderr } = spawnSync(verifier, [join(root, folder)], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const lines = stderr.split('\n').filter((line) => line !== '')
  const unknown = new Set(
    lines.flatMap((line) => (line.startsWith('no schema: ') ? [line.slice(11)] : [])),
  )
  expect({ status, faults: lines.filter((line) => !line.startsWith('no schema: ')) }).toEqual({
    status: 0,
    faults: [],
  })
  expect([...unknown].filter((kind) => !kindsWithoutSchema.includes(kind))).toEqual([])
  return parseDocuments(stdout)
}

describe.skipIf(verifier === '')('rendered and validated manifests', () => {
  test.each(['small', 'production', 'knative'])(
    'the overlay %s is valid, and contains every config map that it uses',
    (name) => {
      const made = render(`deploy/kubernetes/overlays/${name}`)
      const maps = new Set(
        made.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
      )
      const deployments = made.filter(({ kind }) => kind === 'Deployment')
      const used = deployments.flatMap(listConfigMaps)
      expect(used).toHaveLength(3)
      expect(used.filter((one) => !maps.has(one))).toEqual([])
      const [image] = new Set(deployments.map(({ spec }) => spec.template.spec.containers[0].image))
      expect(image).toMatch(/^codex-judge:\d/)
    },
  )

  test('the Kafka manifests have six topics and users', () => {
    expect(render('deploy/kubernetes/kafka')).toHaveLength(6)
  })

  test.each(['argo/events', 'argo/workflows'])(
    '%s is valid, and all of it is in the namespace of the workflows',
    (folder) => {
      const made = render(folder)
      expect(made.length).toBeGreaterThan(0)
      expect(made.every(({ metadata }) => metadata.namespace === 'argo-workflows')).toBe(true)
    },
  )
})

/** The names of all config maps that an object refers to. */
function listConfigMaps(within: unknown): readonly string[] {
  if (Array.isArray(within)) return within.flatMap(listConfigMaps)
  if (within === null || typeof within !== 'object') return []
  return Object.entries(within).flatMap(([name, value]) =>
    name === 'configMapRef' || name === 'configMap' ? [String(value.name)] : listConfigMaps(value),
  )
}
