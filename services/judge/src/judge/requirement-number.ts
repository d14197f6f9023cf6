/** The number that an entry of an answer begins with; null if it has none. */
export const getRequirementNumber = (requirement: string): number | null => {
  const [, number] = /^\s*(\d{1,6})(?!\d|\.\d)/.exec(requirement) ?? []
  return number === undefined ? null : Number(number)
}
