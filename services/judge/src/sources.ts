import { readFile } from 'node:fs/promises'
import { type ArgoSettings, argoOutputs, withArgoDownloads } from './adapters/argo.ts'
import { filesystemStore } from './adapters/stores/filesystem.ts'
import { minioStore } from './adapters/stores/minio.ts'
import { gatherEvidence } from './artifacts/gather.ts'
import type { ArtifactStore } from './artifacts/port.ts'
import type { Settings } from './config-settings.ts'
import type { Outside } from './engine/outside.ts'

/** How Argo is asked; null: it is off. A token that came from a file is read again where it is refused. */
export function argoOf({ argo }: Settings): ArgoSettings | null {
  if (argo === null) return null
  const { url, token, tokenFile } = argo
  return { url, token, rereadToken: tokenFile === null ? null : async () => (await readFile(tokenFile, 'utf8')).trim() }
}

/** Where artifacts are: the store, and what Argo itself lets us download. */
export function storeOf(settings: Settings): ArtifactStore {
  const { store } = settings.artifacts
  const bare = store.kind === 'filesystem' ? filesystemStore(store.dir) : minioStore(store)
  const argo = argoOf(settings)
  return argo === null ? bare : withArgoDownloads(bare, argo)
}

/** How evidence is gathered: from the store, where the messages or Argo say it is. */
export function gatherer(settings: Settings, store: ArtifactStore): Outside['gather'] {
  const argo = argoOf(settings)
  const outputs = argo === null ? null : argoOutputs(argo)
  const { bucket } = settings.artifacts
  return ({ claims, now }, signal) => gatherEvidence({ claims, store, outputs, settings: { bucket }, signal, now })
}
