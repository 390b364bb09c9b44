const PATHS = {
  check: <path d="M4.5 8.3l2.4 2.4 4.6-5.2" />,
  // each status has a shape of its own: colour alone says nothing to many
  ok: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.2 8.2l2 2 3.7-4.2" />
    </>
  ),
  due: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.6V8l2.3 1.6" />
    </>
  ),
  stale: (
    <>
      <path d="M8 1.9l6.4 11.6H1.6z" />
      <path d="M8 6.3v3.4M8 11.6v.1" />
    </>
  ),
  missing: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeDasharray="2.6 2.3" />
      <path d="M5.5 8h5" />
    </>
  ),
  failed: (
    <>
      <path d="M5.3 1.75h5.4l3.55 3.55v5.4l-3.55 3.55H5.3L1.75 10.7V5.3z" />
      <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />
    </>
  ),
  error: (
    <>
      <path d="M8 1.3L14.7 8 8 14.7 1.3 8z" />
      <path d="M6.4 6.5a1.65 1.65 0 1 1 2.3 1.5c-.5.22-.7.5-.7 1M8 11v.1" />
    </>
  ),
  paused: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M6.3 5.6v4.8M9.7 5.6v4.8" />
    </>
  ),
  all: <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
  info: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 7.2v3.6M8 5v.1" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="M10.4 10.4L14 14" />
    </>
  ),
  light: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1" />
    </>
  ),
  dark: <path d="M13.4 9.8A5.9 5.9 0 0 1 6.2 2.6a5.9 5.9 0 1 0 7.2 7.2z" />,
  system: (
    <>
      <rect x="1.75" y="2.5" width="12.5" height="8.5" rx="1.2" />
      <path d="M5.5 13.75h5" />
    </>
  ),
  close: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
  back: <path d="M9.8 3.2L5 8l4.8 4.8" />,
  unreachable: (
    <>
      <path d="M1.8 6.2a9 9 0 0 1 12.4 0M4 8.8a5.9 5.9 0 0 1 8 0M8 12.3v.1" />
      <path d="M2.5 13.5l11-11" />
    </>
  ),
} as const

export type IconName = keyof typeof PATHS

/** Beside a word that says the same: hidden from screen readers. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  )
}
