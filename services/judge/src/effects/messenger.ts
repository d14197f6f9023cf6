export interface MessageRef {
  readonly channelId: string
  readonly messageId: string
}

/**
 * Where messages to people go. Rejects with `Failure`; being rate-limited is `unavailable` with how
 * long to wait.
 */
export interface Messenger {
  /** Sends a message that rings nobody. The same nonce within some minutes is the same message. */
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

/** What became of a message some earlier effect was to send, by the effect's key. */
export interface SentMessages {
  of(
    key: string,
  ): Promise<
    | { readonly kind: 'sent'; readonly message: MessageRef }
    | { readonly kind: 'not_yet' }
    | { readonly kind: 'never'; readonly because: string }
  >
  /**
   * True where a later effect changes the same message: an older text must not overwrite a newer
   * one.
   */
  editedLater(of: { readonly key: string; readonly effectId: string }): Promise<boolean>
}
