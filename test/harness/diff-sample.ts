import type { Diff } from '../../services/judge/src/diff/diff.ts'

/** A change of one line. */
export const diff: Diff = {
  files: [
    {
      path: 'src/upload.ts',
      oldPath: 'src/upload.ts',
      change: 'modified',
      oldMode: '100644',
      newMode: '100644',
      headerLines: [],
      binary: false,
      hunks: [
        {
          header: '@@ -1 +1,2 @@',
          heading: '',
          lines: [
            { kind: 'context', text: 'let budget = 0', oldLine: 1, newLine: 1 },
            { kind: 'added', text: 'budget = 3', oldLine: null, newLine: 2 },
          ],
        },
      ],
      added: 1,
      removed: 0,
    },
  ],
  digest: 'diff-1',
  contentDigest: 'content-1',
  originDigest: 'origin-1',
  added: 1,
  removed: 0,
  tooLarge: null,
}
