/**
 * The words of a note that puts work off. They are in brackets so that they are no notes themselves.
 */
export const notePattern = /\b(?:TO[D]O|FIX[M]E)\b/
