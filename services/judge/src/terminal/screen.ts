import type { Instant } from '../lib/instant.ts'
import type { Paint } from './paint.ts'

export interface Screen {
  /** The width in characters. */
  readonly columns: number
  readonly paint: Paint
  readonly now: Instant
}

/** The title of a section, after an empty line. */
export const renderTitle = (title: string, { paint }: Screen): readonly string[] => [
  '',
  paint('strong', title),
]
