import { isSecret, noteOf, settingGroups, type Variable } from './settings-schema.ts'

const head = `# Configuration

Generated from \`services/judge/src/config/settings-schema.ts\`; \`npm run generate\` writes it anew.

The service is configured by its environment, and by the policy file (\`config/policy.yml\`, which documents itself). An unset or
empty variable has its default. A variable marked 🔑 is a secret: it may also be given as \`NAME_FILE\`, the path of a file that holds
the value. Durations are a whole number and a unit, such as \`90s\`, \`5m\` or \`2h\`. Whatever is wrong is printed at once, one fault a
line, and the exit code is 2.

The service does not start without GitHub credentials, or without those of a model the policy names (\`judge.models: []\` lets the gates
decide alone). Any other system that is missing is said once at start and shown by \`GET /readyz\`.
`

/** docs/configuration.md: every variable of the schema with its default and meaning. */
export function configurationDoc(): string {
  const groups = Object.entries(settingGroups).map(([title, group]) => {
    const rows = Object.keys(group)
      .filter((name): name is Variable => name in group)
      .map(row)
    return [
      `## ${title}`,
      '',
      '| Variable | Default | Meaning |',
      '| --- | --- | --- |',
      ...rows,
    ].join('\n')
  })
  return `${[head.trim(), ...groups].join('\n\n')}\n`
}

function row(variable: Variable): string {
  const fallback = noteOf(variable, 'default')
  const shown = fallback === null ? (noteOf(variable, 'unset') ?? 'none') : `\`${fallback}\``
  return `| \`${variable}\`${isSecret(variable) ? ' 🔑' : ''} | ${shown} | ${noteOf(variable, 'description')} |`
}
