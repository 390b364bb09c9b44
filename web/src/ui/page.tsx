import { type ReactNode, useEffect, useRef } from 'react'
import { visible } from './text.tsx'

let isFirst = true

/** Says where one is: in the title of the window, and to screen readers by the focus on the heading. */
export function Heading({ title, children, focus = true }: { title: string; children?: ReactNode; focus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // at the first load the browser says by itself where one is
    if (focus && !isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [focus])
  return (
    <>
      <title>{`${visible(title)} · Backproof`}</title>
      <h1
        ref={heading}
        tabIndex={-1}
        className={`anywhere font-semibold tracking-tight ${title.length > 60 ? 'text-lg' : 'text-2xl'}`}
      >
        {children ?? visible(title)}
      </h1>
    </>
  )
}

export function Card({
  title,
  aside,
  children,
  flush = false,
}: {
  title?: string
  aside?: ReactNode
  children: ReactNode
  flush?: boolean
}) {
  return (
    <section className="rounded-xl border border-line bg-surface">
      {title !== undefined && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
          <h2 className="font-semibold">{title}</h2>
          {aside}
        </div>
      )}
      <div className={flush ? '' : `px-4 pb-4 ${title === undefined ? 'pt-4' : ''}`}>{children}</div>
    </section>
  )
}

/** Names and values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-x-4 gap-y-3">{children}</dl>
}

export function Fact({ name, children, wide = false }: { name: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className={`min-w-0 ${wide ? 'col-span-2' : ''}`}>
      <dt className="text-xs font-medium text-muted">{name}</dt>
      <dd className="anywhere text-sm">{children}</dd>
    </div>
  )
}
