import { useEffect, useRef } from 'react'

/**
 * For a form that opens above what is there: the focus goes to its first control (and with it the view, where that is
 * further down), and to the heading of the page when the form goes, since what had opened it may be gone.
 */
export function useFirstFocus() {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select, textarea')?.focus()
    return () => document.querySelector<HTMLElement>('h1')?.focus()
  }, [])
  return form
}
