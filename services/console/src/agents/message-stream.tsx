import { useEffect, useRef, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { formatCount, formatExactly } from '../parts/format.ts'
import styles from './agents.module.css'
import { classifyMessage, type MessageKind, messageKinds } from './message-kinds.ts'

interface AgentMessage {
  readonly id: string
  readonly kind: string | null
  readonly role: string | null
  readonly content: string | null
  readonly timestamp: string | null
  readonly receivedAt: string
}

/** More would slow a browser down; the run's page and its artifacts have all. */
const MAX_MESSAGES = 2_000
const MAX_CHARACTERS = 20_000
const AT_END_PX = 40

const allKinds = Object.keys(messageKinds) as readonly MessageKind[]

/** The messages of a run's agent, as they come. Follows the end until a reader scrolls up. */
export function MessageStream({ runId }: { readonly runId: string }) {
  const messages = useMessages(runId)
  const [hidden, setHidden] = useState<ReadonlySet<MessageKind>>(new Set())
  const shown = messages.filter(({ kind }) => !hidden.has(classifyMessage(kind)))
  const { list, missed, follow } = useFollowing(shown.length)
  const toggle = (kind: MessageKind) => {
    const next = new Set(hidden)
    if (!next.delete(kind)) next.add(kind)
    setHidden(next)
  }
  return (
    <section className={styles.stream} aria-labelledby="messages">
      <div className={styles.streamHead}>
        <h2 id="messages">Messages</h2>
        {allKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="button small"
            aria-pressed={!hidden.has(kind)}
            onClick={() => toggle(kind)}
          >
            {kind}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <ol className={styles.messages} ref={list} tabIndex={0} aria-label="Messages of the agent">
        {shown.map((message) => (
          <Message key={message.id} message={message} />
        ))}
        {shown.length === 0 && <li className="muted">Nothing yet.</li>}
      </ol>
      {missed > 0 && (
        <button type="button" className={`button small ${styles.missed}`} onClick={follow}>
          {formatCount(missed)} new ↓
        </button>
      )}
    </section>
  )
}

function Message({ message }: { readonly message: AgentMessage }) {
  const kind = classifyMessage(message.kind)
  const { icon: KindIcon, tone } = messageKinds[kind]
  const at = message.timestamp ?? message.receivedAt
  const moment = new Date(at)
  const content = message.content ?? ''
  return (
    <li data-tone={tone} className={styles.message}>
      <time dateTime={at} title={formatExactly(moment)}>
        {moment.toISOString().slice(11, 19)}
      </time>
      <KindIcon className="tone" aria-label={kind} />
      <span className={kind === 'ran' ? styles.command : styles.text}>
        <AgentText text={content.slice(0, MAX_CHARACTERS)} />
        {content.length > MAX_CHARACTERS && <span className="muted"> (cut)</span>}
      </span>
    </li>
  )
}

/** The messages so far and those to come, which the browser resumes after an interruption. */
function useMessages(runId: string): readonly AgentMessage[] {
  const [messages, setMessages] = useState<readonly AgentMessage[]>([])
  useEffect(() => {
    const source = new EventSource(`/api/agents/events?${new URLSearchParams({ runId })}`)
    let arrived: AgentMessage[] = []
    let frame = 0
    // Many messages may come at once; they are shown together.
    const show = () => {
      frame = 0
      const added = arrived
      arrived = []
      setMessages((before) => [...before, ...added].slice(-MAX_MESSAGES))
    }
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      arrived.push(JSON.parse(data))
      frame ||= requestAnimationFrame(show)
    })
    return () => {
      source.close()
      cancelAnimationFrame(frame)
    }
  }, [runId])
  return messages
}

/** Keeps the end in view unless the reader has scrolled up; then counts what came since. */
function useFollowing(count: number) {
  const list = useRef<HTMLOListElement>(null)
  const [seen, setSeen] = useState(count)
  const isFollowing = useRef(true)
  const follow = () => {
    const element = list.current
    if (element === null) return
    isFollowing.current = true
    element.scrollTop = element.scrollHeight
    setSeen(count)
  }
  useEffect(() => {
    const element = list.current
    if (element === null) return
    const update = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight
      isFollowing.current = left < AT_END_PX
      if (isFollowing.current) setSeen(element.querySelectorAll('time').length)
    }
    element.addEventListener('scroll', update, { passive: true })
    return () => element.removeEventListener('scroll', update)
  }, [])
  useEffect(() => {
    const element = list.current
    if (element === null || !isFollowing.current) return
    element.scrollTop = element.scrollHeight
    setSeen(count)
  }, [count])
  return { list, missed: Math.max(0, count - seen), follow }
}
