import { type ReactNode, useEffect, useId, useRef } from 'react'

/** A modal dialogue: the browser keeps the focus in it, and gives it back; Escape closes it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      // at once: the browser tells of having closed it a moment later, when it may have been opened again
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={onClose}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-xl border border-line bg-surface p-5 text-text shadow-xl"
    >
      <h2 id={heading} className="text-lg font-semibold">
        {title}
      </h2>
      {children}
    </dialog>
  )
}
