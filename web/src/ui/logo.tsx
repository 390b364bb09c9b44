export function Logo({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g fill="none" className="stroke-on-accent" strokeLinecap="round" strokeLinejoin="round">
        <path d="M9 16.5l5 5 9-11" strokeWidth="3.2" />
        <path d="M7 25.5h18" strokeWidth="2.4" opacity=".6" />
      </g>
    </svg>
  )
}
