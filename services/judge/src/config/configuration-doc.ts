import { isSecret, readNote, settingGroups, type Variable } from './settings-schema.ts'

const DOC_HEAD = `# Configuration

\`npm run generate\` writes this file from \`services/judge/src/config/settings-schema.ts\`.

The environment and the policy file configure the service; the policy file, \`config/policy.yml\`,
documents itself.

- An unset or empty variable has its default.
- A variable marked 🔑 is a secret. It may also be given as \`NAME_FILE\`, the path of a file that
  holds the value. The file is read again every five seconds, except for the passwords of
  PostgreSQL, Kafka and NATS.
- A duration is a whole number and a unit, such as \`90s\`, \`5m\` or \`2h\`.
- If anything is invalid, the service prints every fault, one a line, and exits with code 2.

The service does not start without GitHub credentials, or without the API key of a model that the
policy names; with \`judge.models: []\` the gates decide alone. Any other system without settings is
off: the service logs that once at start-up and shows it in \`GET /readyz\`.
`

/** Renders docs/configuration.md: every variable of the schema, its default and its meaning. */
export function renderConfigurationDoc(): string {
  const groups = Object.entries(settingGroups).map(([title, group]) => {
    const rows = Object.keys(group)
      .filter((name): name is Variable => name in group)
      .map(renderRow)
    return [
      `## ${title}`,
      '',
      '| Variable | Default | Meaning |',
      '| --- | --- | --- |',
      ...rows,
    ].join('\n')
  })
  return `${[DOC_HEAD.trim(), ...groups].join('\n\n')}\n`
}

function renderRow(variable: Variable): string {
  const fallback = readNote(variable, 'default')
  const unset = fallback === null ? (readNote(variable, 'unset') ?? 'none') : `\`${fallback}\``
  const mark = isSecret(variable) ? ' 🔑' : ''
  return `| \`${variable}\`${mark} | ${unset} | ${readNote(variable, 'description')} |`
}
