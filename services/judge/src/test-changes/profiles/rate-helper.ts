import type { Strength } from '../fact.ts'

const runsPattern = /no_?err|not_?(?:raise|throw|panic)|none_?leaked|(?:^|_)no_?leak|verify_?none/i
const existsPattern =
  /(?:^|_|[a-z])(?:ok|valid|exists?|some|success|present|defined|not_?(?:none|null|nil|empty))$/i
const shapePattern =
  /contain|match(?!es_snapshot)|start|end(?:s|_)|instance|type|greater|less|between|(?:^|_)has|include|approx|near|within|at_?least|at_?most/i

/**
 * How much a helper of the tests' own demands, by its name. One whose name says nothing may compare
 * everything, so it is not called weaker than what it replaced.
 */
export function rateHelper(name: string): Strength {
  if (runsPattern.test(name)) return 'runs'
  if (existsPattern.test(name)) return 'exists'
  return shapePattern.test(name) ? 'shape' : 'equal'
}
