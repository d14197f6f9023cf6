import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documents, type Manifest } from '../deploy/manifests.ts'
import { root } from '../harness/sources.ts'

const verifier = process.env.TEST_VERIFIER ?? ''

/**
 * Their makers publish no Go types that are light enough; `npm run verify:argo` and test/deploy
 * look at what is in them.
 */
const withoutSchema = [
  'EventBus.argoproj.io',
  'EventSource.argoproj.io',
  'KafkaSink.eventing.knative.dev',
  'KafkaSource.sources.knative.dev',
  'KafkaTopic.kafka.strimzi.io',
  'KafkaUser.kafka.strimzi.io',
  'Sensor.argoproj.io',
  'WorkflowTemplate.argoproj.io',
]

/**
 * The objects of a kustomization as a cluster would get them, once no API server would refuse one
 * of them.
 */
function rendered(folder: string): readonly Manifest[] {
  const { status, stdout, stderr } = spawnSync(verifier, [join(root, folder)], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const said = stderr.split('\n').filter((line) => line !== '')
  const unknown = new Set(
    said.flatMap((line) => (line.startsWith('no schema: ') ? [line.slice(11)] : [])),
  )
  expect({ status, faults: said.filter((line) => !line.startsWith('no schema: ')) }).toEqual({
    status: 0,
    faults: [],
  })
  expect([...unknown].filter((kind) => !withoutSchema.includes(kind))).toEqual([])
  return documents(stdout)
}

describe.skipIf(verifier === '')('as kustomize renders them and API servers read them', () => {
  test.each(['small', 'production', 'knative'])(
    'the overlay %s is valid, and every config map it uses is in it',
    (name) => {
      const made = rendered(`deploy/kubernetes/overlays/${name}`)
      const maps = new Set(
        made.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
      )
      const deployments = made.filter(({ kind }) => kind === 'Deployment')
      const used = deployments.flatMap(configMapsIn)
      expect(used).toHaveLength(3)
      expect(used.filter((one) => !maps.has(one))).toEqual([])
      const [image] = new Set(deployments.map(({ spec }) => spec.template.spec.containers[0].image))
      expect(image).toMatch(/^codex-judge:\d/)
    },
  )

  test('the topics and users of Kafka are six objects', () => {
    expect(rendered('deploy/kubernetes/kafka')).toHaveLength(6)
  })

  test.each(['argo/events', 'argo/workflows'])(
    '%s is valid, and everything of it lives where workflows run',
    (folder) => {
      const made = rendered(folder)
      expect(made.length).toBeGreaterThan(0)
      expect(made.every(({ metadata }) => metadata.namespace === 'argo-workflows')).toBe(true)
    },
  )
})

/** The names of the config maps that an object refers to, however. */
function configMapsIn(within: unknown): readonly string[] {
  if (Array.isArray(within)) return within.flatMap(configMapsIn)
  if (within === null || typeof within !== 'object') return []
  return Object.entries(within).flatMap(([name, value]) =>
    name === 'configMapRef' || name === 'configMap' ? [String(value.name)] : configMapsIn(value),
  )
}
