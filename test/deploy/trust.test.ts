import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Manifest, parseDocuments, readManifests, readRepoFile } from './manifests.ts'

/*
 * Who may do what in the cluster: what docs/security.md says of agents, dispatcher and judge, read
 * from the manifests that are applied.
 */
const deploy = readManifests('deploy/kubernetes')
const argo = readManifests('argo')
const all = [...deploy, ...argo]

const find = (kind: string, name: string): Manifest => {
  const found = all.filter((object) => object.kind === kind && object.metadata.name === name)
  if (found[0] === undefined || found.length > 1) throw new Error(`not one ${kind} ${name}`)
  return found[0]
}
const templates = argo.filter(({ kind }) => kind === 'WorkflowTemplate')

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly envFrom?: readonly unknown[]
}
interface Template {
  readonly container?: Container
  readonly script?: Container
  readonly containerSet?: { readonly containers: readonly Container[] }
  readonly initContainers?: readonly Container[]
  readonly sidecars?: readonly Container[]
}
/** Every container that a workflow can start. */
const agentContainers: readonly Container[] = templates
  .flatMap(({ spec }): readonly Template[] => spec.templates)
  .flatMap(({ container, script, containerSet, initContainers = [], sidecars = [] }) => [
    ...(container ? [container] : []),
    ...(script ? [script] : []),
    ...(containerSet?.containers ?? []),
    ...initContainers,
    ...sidecars,
  ])

describe("an agent's pod", () => {
  test('holds the notify token, and no other token of the judge', () => {
    expect(agentContainers.length).toBeGreaterThan(2)
    const texts = [
      ...argo.map((object) => JSON.stringify(object)),
      ...['implement.sh', 'collect.sh', 'kustomization.yaml'].map((name) =>
        readRepoFile(`argo/workflows/${name}`),
      ),
      readRepoFile('deploy/runner.Dockerfile'),
    ]
    for (const text of texts)
      expect(text).not.toMatch(/(?:ingest|operator|read|dispatcher)[-_]token|codex-judge-tokens/i)
    const secrets = agentContainers.map(({ env = [], envFrom = [] }) => [
      ...env.filter((variable) => 'valueFrom' in variable).map(({ name }) => name),
      ...envFrom,
    ])
    expect(secrets.filter((names) => names.length > 0)).toEqual([
      ['NOTIFY_TOKEN', 'GITHUB_TOKEN', 'OPENAI_API_KEY'],
    ])
    for (const { env = [] } of agentContainers)
      expect(env.filter(({ name, value }) => /TOKEN|KEY|SECRET/.test(name) && value)).toEqual([])
  })

  test('gives the notify token to the wrapper alone', () => {
    const script = readRepoFile('argo/workflows/implement.sh')
    const unset = script.indexOf('unset NOTIFY_TOKEN')
    expect(unset).toBeGreaterThan(0)
    expect(script.slice(0, unset)).not.toMatch(/^\s*(?:step|git|gh|codex)\b/m)
    const exports = [...script.matchAll(/export NOTIFY_TOKEN.*\n(.*)/g)]
    expect(exports.map(([, next]) => next?.trim().split(' ')[1])).toEqual(['codex-notify'])
  })

  test('has no token of Kubernetes where the agent works', () => {
    for (const { spec } of templates) {
      expect(spec).toMatchObject({
        serviceAccountName: 'codex-runner',
        automountServiceAccountToken: false,
        executor: { serviceAccountName: 'codex-executor' },
      })
      const mounts = JSON.stringify(spec.templates)
      expect(mounts).not.toMatch(/serviceAccountToken|service-account-token/)
    }
    expect(find('ServiceAccount', 'codex-runner').automountServiceAccountToken).toBe(false)
    const bindings = all.filter(({ kind }) => kind.endsWith('RoleBinding'))
    const subjects = bindings.flatMap(({ subjects: found }) => found)
    expect(subjects.map(({ name }: { name: string }) => name)).not.toContain('codex-runner')
    expect(find('Secret', 'codex-executor.service-account-token')).toMatchObject({
      type: 'kubernetes.io/service-account-token',
      metadata: { annotations: { 'kubernetes.io/service-account.name': 'codex-executor' } },
    })
  })

  test('reaches names, the judge, the artifacts and HTTPS, started in any way', () => {
    const { podSelector, policyTypes, ingress, egress } = find('NetworkPolicy', 'codex-runner').spec
    // Argo's controller sets this label on every pod of a workflow.
    expect(podSelector).toEqual({
      matchExpressions: [{ key: 'workflows.argoproj.io/workflow', operator: 'Exists' }],
    })
    expect([policyTypes, ingress]).toEqual([['Ingress', 'Egress'], []])
    expect(egress.map(describeRule)).toEqual([
      'kube-system: 53, 53',
      'codex-judge/codex-judge: 8080',
      'minio: 9000',
      '0.0.0.0/0 without 169.254.0.0/16: 443, 6443',
    ])
  })
})

describe('the dispatcher', () => {
  const role = find('Role', 'codex-dispatcher')

  test('may create and read workflows, and nothing else in Kubernetes', () => {
    expect(role.metadata.namespace).toBe('argo-workflows')
    expect(role.rules).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create', 'get', 'list'] },
      { apiGroups: ['argoproj.io'], resources: ['workflowtemplates'], verbs: ['get'] },
    ])
  })

  test('can start only what is installed as a template, which the controller enforces', () => {
    const [config] = parseDocuments(readRepoFile('argo/controller/workflow-controller.yaml'))
    expect(config).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'workflow-controller-configmap', namespace: 'argo' },
    })
    expect(parse(config?.data.workflowRestrictions)).toEqual({ templateReferencing: 'Strict' })
    // Server-side, or else it would replace the other settings of the controller.
    expect(readRepoFile('deploy/kubernetes/README.md')).toContain(
      'kubectl apply --server-side -k argo/controller',
    )
  })

  test('is reached by the judge and Prometheus, and reaches Argo', () => {
    const { ingress, egress } = find('NetworkPolicy', 'codex-dispatcher').spec
    expect(ingress.map(describeRule)).toEqual(['/codex-judge, monitoring: http'])
    expect(egress.map(describeRule)).toEqual(['argo: 2746'])
  })
})

describe('the judge', () => {
  test('may read workflows, and nothing else in Kubernetes', () => {
    expect(find('Role', 'codex-judge').rules).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get', 'list'] },
    ])
  })

  test('is reached by the ingress, the pods of workflows and Prometheus', () => {
    const { ingress, egress } = find('NetworkPolicy', 'codex-judge').spec
    expect(ingress.map(describeRule)).toEqual([
      'ingress, argo-workflows/workflows.argoproj.io/workflow, monitoring: http',
    ])
    const [last] = egress.slice(-1)
    expect(describeRule(last)).toContain('169.254.0.0/16')
    expect(find('NetworkPolicy', 'nothing-by-default').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    })
  })
})

test('docs/security.md has a row for every role and every network policy', () => {
  const security = readRepoFile('docs/security.md')
  const section = /^## What the cluster enforces$(.*?)^## /ms.exec(security)?.[1] ?? ''
  const names = all
    .filter(({ kind, metadata }) => kind === 'NetworkPolicy' || (kind === 'Role' && metadata.name))
    .map(({ kind, metadata }) => `| ${kind} \`${metadata.name}\` |`)
  expect(names.length).toBeGreaterThan(7)
  expect([...new Set(names)].filter((row) => !section.includes(row))).toEqual([])
})

/** A rule of a network policy: the peers, then the ports. */
function describeRule(rule: {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports: readonly { readonly port: string | number }[]
}): string {
  const peers = (rule.from ?? rule.to ?? []).map(describePeer)
  return `${peers.join(', ')}: ${rule.ports.map(({ port }) => port).join(', ')}`
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string }[]
}
interface Peer {
  readonly namespaceSelector?: Selector
  readonly podSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

function describePeer({ namespaceSelector, podSelector, ipBlock }: Peer): string {
  if (ipBlock) return `${ipBlock.cidr} without ${(ipBlock.except ?? []).join(', ')}`
  const describe = (selector: Selector | undefined): string =>
    [
      ...Object.values(selector?.matchLabels ?? {}),
      ...(selector?.matchExpressions ?? []).map(({ key }) => key),
    ].join('+')
  const pods = podSelector ? `/${describe(podSelector)}` : ''
  return `${describe(namespaceSelector)}${pods}`
}
