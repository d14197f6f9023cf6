/** Reads tokens in the form of the settings: `token,token` or `name:token,name:token`. */
export function parseTokens(
  setting: string | null,
  role: string,
): readonly { readonly name: string; readonly token: string }[] {
  return (setting ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const [first = '', second] = one.split(':')
      return second === undefined ? { name: role, token: first } : { name: first, token: second }
    })
}
