import type { TestFact } from './fact.ts'
import type { LanguageProfile } from './profile.ts'
import { findProfile } from './profiles/index.ts'
import type { SideText } from './side-text.ts'
import { outlineFragment } from './syntax.ts'

/** Reads what one side of a test file says, or null if its language has no reader. */
export function readFacts(text: SideText): readonly TestFact[] | null {
  const profile = findProfile(text.path)
  return profile === null ? null : text.fragments.flatMap((lines) => readFragment(lines, profile))
}

const readFragment = (
  lines: SideText['fragments'][number],
  profile: LanguageProfile,
): readonly TestFact[] => profile.read(outlineFragment(lines, profile))
