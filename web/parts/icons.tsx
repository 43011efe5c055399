import type { ReactNode } from 'react'

/** Small line drawings beside words; they say nothing that the words don't. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export function BackIcon() {
  return (
    <Icon>
      <path d="M9.5 3.5 5 8l4.5 4.5" />
    </Icon>
  )
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m3 8.5 3.2 3.2L13 5" />
    </Icon>
  )
}

export function CircleIcon() {
  return (
    <Icon>
      <circle cx="8" cy="8" r="4" />
    </Icon>
  )
}

export function DashIcon() {
  return (
    <Icon>
      <path d="M4 8h8" />
    </Icon>
  )
}

export function CrossIcon() {
  return (
    <Icon>
      <path d="m4.5 4.5 7 7m0-7-7 7" />
    </Icon>
  )
}
