/** The version of this release: that of the package, which a test compares. */
export const RELEASE = '0.1.0'
