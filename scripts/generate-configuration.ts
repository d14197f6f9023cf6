import { configurationDoc } from '../services/judge/src/config/document.ts'
import type { Generator } from './generator.ts'

/** The reference of every variable the service reads, from the schema that reads them. */
export const configuration: Generator = {
  name: 'settings',
  produce: async () => new Map([['docs/configuration.md', configurationDoc()]]),
}
