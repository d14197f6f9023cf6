import { expect, test } from 'vitest'
import { looksLikeInfrastructure } from './workflow.ts'

const infrastructureMessages = [
  'OOMKilled (exit code 137)',
  'OOMKilled (exit code 1)',
  'Error (exit code 137)',
  'main: Error (exit code 137): context deadline exceeded',
  'Process exited with code 137',
  'exit status 137',
  'exitCode: 137',
  'container was killed: out of memory',
  'Pod was evicted',
  'Evicted',
  'pod eviction',
  'Eviction: node pressure',
  'The pod was deleted due to eviction',
  'The node was low on resource: ephemeral-storage. Container main was using 8Gi',
  'pod deleted',
  'Pod deleted during operation',
  'Pod codex-implementation-k4x9p-2031 was deleted',
  'pod "codex-implementation-k4x9p-2031" deleted',
  'Preempted in order to admit critical pod',
  'Back-off pulling image "ghcr.io/acme/codex:9"',
  'ErrImagePull: rpc error: code = NotFound',
  'ImagePullBackOff',
  'Failed to pull image "codex:latest": not found',
  'image pull failed',
  'NodeLost',
  'node lost',
  'Node ip-10-0-3-7.ec2.internal is unreachable',
  'Node gke-pool-1-abc which was running it: node not ready',
  'Pod was terminated in response to imminent node shutdown.',
  'Node gke-1 became NotReady',
]
test.each(infrastructureMessages)('%s is an infrastructure failure', (message) => {
  expect(looksLikeInfrastructure(message)).toBe(true)
})

const ordinaryMessages = [
  '',
  'Error (exit code 1)',
  'Error (exit code 1370)',
  'Error (exit code 13)',
  'exit code 1137',
  'main: Error (exit code 1): 1 test failed: eviction of stale entries',
  'Error (exit code 1): the cache evicted a fresh entry',
  'Error (exit code 2): test "pod deleted" failed',
  "child 'cache-eviction-3107' failed",
  'child "pod deleted" failed',
  'step eviction-test failed',
  'child node-lost-3 failed',
  'the test eviction_policy failed',
  '1 test failed: LRU eviction order',
  '137 tests failed',
  'assertion failed: expected 137 to be 1',
  'version 1.137 is not supported',
  'npm ERR! code ELIFECYCLE',
  'the node script failed',
  'cannot read the image of the pull request',
  'deleted the wrong file',
]
test.each(ordinaryMessages)('"%s" is a failure of the work', (message) => {
  expect(looksLikeInfrastructure(message)).toBe(false)
})
