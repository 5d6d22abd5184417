import { Switch } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'

/** Whether people with the role user hear their own calls. */
export function OwnCalls({ change }: { change: boolean }) {
  const client = useQueryClient()
  const own = useQuery({
    queryKey: ['own-calls'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/access/own-calls', { signal })),
  })
  const set = useMutation({
    mutationFn: (allowed: boolean) => unwrap(api.PUT('/api/v1/access/own-calls', { body: { allowed } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['own-calls'] }),
  })
  if (own.isError)
    return <Failed title="Whether users hear their own calls can’t be read" error={own.error} />
  if (!own.data) return null
  return (
    <>
      <Switch
        label="Users find and hear their own calls"
        checked={set.isPending ? set.variables : own.data.allowed}
        disabled={!change || set.isPending}
        onChange={(_, data) => set.mutate(data.checked)}
      />
      {set.isError && <Failed title="It was not changed" error={set.error} />}
    </>
  )
}
