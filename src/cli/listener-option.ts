import { InvalidArgumentError, Option } from 'commander'
import { isListenerId, type ListenerId } from '../taste/listener-id.ts'

/** Says whose files an import reads. */
export function listenerOption(): Option {
  return new Option(
    '--listener <id>',
    'all files are of this listener, as in me; importing newer files for them replaces the older ones',
  ).argParser(listenerOf)
}

function listenerOf(text: string): ListenerId {
  const id = text.startsWith('file:') ? text : `file:${text}`
  // Listeners of other sources are not a person's to replace.
  if (!isListenerId(id) || id.indexOf(':') !== id.lastIndexOf(':'))
    throw new InvalidArgumentError('It takes a name, as in me.')
  return id
}
