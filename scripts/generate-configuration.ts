import { renderConfigurationDoc } from '../services/judge/src/config/configuration-doc.ts'
import type { Generator } from './generator.ts'

/** Generates the reference of all variables from the schema that reads them. */
export const configuration: Generator = {
  name: 'settings',
  produce: async () => new Map([['docs/configuration.md', renderConfigurationDoc()]]),
}
