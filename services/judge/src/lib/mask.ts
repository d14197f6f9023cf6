/** Replaces what looks like a secret, keeping the rest: every text passes through it on its way out of the house. */
export type Mask = (text: string) => Promise<string>
