/**
 * The memory that the bodies of requests share, beside a small part that each has for itself. So
 * large bodies cannot fill the memory, and while they fill their share, small ones are still taken.
 */
export interface BodyRoom {
  /** Begins the account of one request. */
  open(): RequestRoom
}

export interface RequestRoom {
  /** Whether the body may grow to so many bytes. */
  grow(bytes: number): boolean
  /** The request was answered, and its body is not needed any more. */
  close(): void
}

export function createBodyRoom(max: {
  /** Of each request alone. */
  readonly own: number
  /** Of all requests, for what exceeds that. */
  readonly shared: number
}): BodyRoom {
  let taken = 0
  return {
    open: () => {
      let ours = 0
      return {
        grow: (bytes) => {
          const more = Math.max(0, bytes - max.own) - ours
          if (taken + more > max.shared) return false
          taken += more
          ours += more
          return true
        },
        close: () => {
          taken -= ours
          ours = 0
        },
      }
    },
  }
}
