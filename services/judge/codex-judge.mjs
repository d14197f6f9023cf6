#!/usr/bin/env node
// `npx codex-judge …` in a clone, with Node 20.19 or newer. The bootstrap installs missing packages
// and continues with the Node version of the lockfile. In the image, use
// `node services/judge/src/cli.ts …` instead.
process.argv.splice(2, 0, 'services/judge/src/cli.ts')
await import('../../scripts/bootstrap.mjs')
