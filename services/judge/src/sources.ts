import { readFile } from 'node:fs/promises'
import { type ArgoSettings, argoOutputs, withArgoDownloads } from './adapters/argo.ts'
import { filesystemStore } from './adapters/stores/filesystem.ts'
import { minioStore } from './adapters/stores/minio.ts'
import { gatherEvidence } from './artifacts/gather.ts'
import type { Settings } from './config-settings.ts'
import type { Outside } from './engine/outside.ts'

/** How Argo is asked; null: it is off. A token that came from a file is read again where it is refused. */
export function argoOf({ argo }: Settings): ArgoSettings | null {
  if (argo === null) return null
  const { url, token, tokenFile } = argo
  return { url, token, rereadToken: tokenFile === null ? null : async () => (await readFile(tokenFile, 'utf8')).trim() }
}

/** Where evidence is gathered from: the artifact store, and what Argo knows of outputs. */
export function gatherer(settings: Settings): Outside['gather'] {
  const { artifacts } = settings
  const bare =
    artifacts.store.kind === 'filesystem' ? filesystemStore(artifacts.store.dir) : minioStore(artifacts.store)
  const argoSettings = argoOf(settings)
  const store = argoSettings === null ? bare : withArgoDownloads(bare, argoSettings)
  const outputs = argoSettings === null ? null : argoOutputs(argoSettings)
  return ({ claims, now }, signal) =>
    gatherEvidence({ claims, store, outputs, settings: { bucket: artifacts.bucket }, signal, now })
}
