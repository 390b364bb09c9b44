import { useMutation } from '@tanstack/react-query'
import { queryClient } from '../api/queries.ts'
import { tell } from '../ui/toast.tsx'

/**
 * Something that a person has done: afterwards all that is shown is asked for again, and `done` is said aloud.
 * What goes wrong is said where it was asked for (`error` of the result), and aloud.
 */
export function useAction<Input, Output>(act: (input: Input) => Promise<Output>, done: (output: Output) => string) {
  return useMutation({
    mutationFn: act,
    onSuccess: async (output) => {
      tell(done(output), 'done')
      await queryClient.invalidateQueries()
    },
    onError: (error) => tell(error.message, 'failed'),
  })
}
