#!/usr/bin/env node
// `npx codex-judge …` in the clone: any Node from 20.19 on will do to begin with, the bootstrap
// installs what is missing and goes on under the Node that the lockfile pins. In the image, `node
// services/judge/src/cli.ts …` is the same program.
process.argv.splice(2, 0, 'services/judge/src/cli.ts')
await import('../../scripts/bootstrap.mjs')
