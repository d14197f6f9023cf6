/**
 * Tokens as the settings write them (`token,token`, `name:token,name:token`), read for a service
 * that a test starts by hand.
 */
export function tokensIn(
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
