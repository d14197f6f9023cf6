import type { ConsoleBuild } from './build.ts'

type Unbuilt = Exclude<ConsoleBuild, { kind: 'built' }>

/** A page without the console's files: what keeps them away, and what works meanwhile. */
export function renderNotice(build: Unbuilt): string {
  const [title, text] =
    build.kind === 'building'
      ? ['The console is being built.', 'This takes some seconds. The page loads itself again.']
      : [
          'The console could not be built.',
          'The service works without it. Start the service again once the cause is removed:',
        ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${build.kind === 'building' ? '<meta http-equiv="refresh" content="2">\n' : ''}<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${build.kind === 'failed' ? `<pre>${escapeHtml(build.because)}</pre>\n` : ''}<p>The API answers at <a href="/docs">/docs</a>.</p>
</main>
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
