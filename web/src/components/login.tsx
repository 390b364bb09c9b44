import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api/client.ts'
import { queryClient } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Logo } from '../ui/logo.tsx'

/** Stands in place of every page until whoever asks has logged in. */
export function Login({ hasEnded }: { hasEnded: boolean }) {
  const [password, setPassword] = useState('')
  const input = useRef<HTMLInputElement>(null)
  // there is nothing else to do here
  useEffect(() => input.current?.focus(), [])
  const login = useMutation({
    mutationFn: api.login,
    onSuccess: async (session) => {
      queryClient.setQueryData(['session'], session)
      await queryClient.invalidateQueries()
    },
    onError: () => setPassword(''),
  })
  return (
    <main id="main" className="mx-auto max-w-sm px-4 pt-[18vh]">
      <title>Log in · Backproof</title>
      <form
        className="rounded-xl border border-line bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault()
          if (password !== '' && !login.isPending) login.mutate(password)
        }}
      >
        <h1 className="flex items-center gap-2.5 text-xl font-semibold">
          <Logo className="size-8" /> Log in to Backproof
        </h1>
        {hasEnded && (
          <p className="mt-3 text-sm text-muted">Your session has ended. Afterwards you are where you were.</p>
        )}
        {/* password managers want a name to go with it */}
        <input type="text" name="username" autoComplete="username" value="backproof" readOnly hidden />
        <div className="mt-5">
          <TextField
            label="Password"
            type="password"
            name="password"
            autoComplete="current-password"
            required
            ref={input}
            maxLength={1024}
            aria-invalid={login.isError}
            value={password}
            onChange={setPassword}
          />
        </div>
        <p role="alert" className="mt-2 min-h-5 text-sm text-missing">
          {login.error?.message}
        </p>
        <Button type="submit" kind="main" busy={login.isPending} className="mt-2 w-full">
          {login.isPending ? 'Logging in …' : 'Log in'}
        </Button>
      </form>
    </main>
  )
}
