import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { FaultBox } from '../parts/fault-box.tsx'

/** Stands for a page that failed; the rest of the console goes on. */
export function PageFault({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <FaultBox
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={() => void router.invalidate()}
    />
  )
}
