export interface MessageRef {
  readonly channelId: string
  readonly messageId: string
}

/**
 * Sends messages to people. Rejects with `Failure`; a rate limit is `unavailable` with the time to
 * wait.
 */
export interface Messenger {
  /** Sends a message that notifies no one. A nonce repeated within minutes sends nothing new. */
  send(
    of: { readonly channelId: string; readonly text: string; readonly nonce: string },
    signal: AbortSignal,
  ): Promise<MessageRef>
  /** The newest of the channel's recent messages that `matches`, or null. */
  find(
    of: { readonly channelId: string; readonly matches: (text: string) => boolean },
    signal: AbortSignal,
  ): Promise<MessageRef | null>
  /** Setting the same text twice is harmless. */
  edit(of: MessageRef & { readonly text: string }, signal: AbortSignal): Promise<void>
}

/** Looks up the messages of earlier effects, by the effect's key. */
export interface SentMessages {
  find(
    key: string,
  ): Promise<
    | { readonly kind: 'sent'; readonly message: MessageRef }
    | { readonly kind: 'not_yet' }
    | { readonly kind: 'never'; readonly because: string }
  >
  /**
   * True if a later effect edits the same message: an older text must not overwrite a newer one.
   */
  isEditedLater(of: { readonly key: string; readonly effectId: string }): Promise<boolean>
}
