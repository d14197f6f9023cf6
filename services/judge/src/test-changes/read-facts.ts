import { isReadByText, readTextFacts } from './by-text.ts'
import type { TestFact } from './fact.ts'
import { findProfile } from './profiles/index.ts'
import type { SideText } from './side-text.ts'
import { outlineFragment } from './syntax.ts'

/** The facts of each fragment of a side, in its order; null if it is no code. */
export function readFacts(text: SideText): readonly (readonly TestFact[])[] | null {
  const profile = findProfile(text.path)
  if (profile === null) return isReadByText(text.path) ? text.fragments.map(readTextFacts) : null
  return text.fragments.map((lines) =>
    lines.length === 0 ? [] : profile.read(outlineFragment(lines, profile)),
  )
}
