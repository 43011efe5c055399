import { useState } from 'react'

interface CopyButtonProps {
  readonly text: string
  readonly label: string
  readonly done: string
}

export function CopyButton({ text, label, done }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  // Browsers have it only where the connection is safe.
  if (!navigator.clipboard) return null
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true))
  return (
    <>
      <button type="button" className="button" onClick={copy}>
        {label}
      </button>
      <span role="status" className="small">
        {copied && done}
      </span>
    </>
  )
}
