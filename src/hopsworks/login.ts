import { HopsworksError } from './error.ts'
import { StoredFiles } from './files/stored-files.ts'
import { ProjectFeatureStore } from './groups/project-feature-store.ts'
import type { LoginOptions } from './login-options.ts'
import { ProjectModelRegistry } from './models/project-model-registry.ts'
import type { Project } from './project.ts'
import { servicesOf } from './services.ts'
import { Session } from './session.ts'

/**
 * Opens a project by API key.
 * @throws HopsworksError when the host, the key or the project is wrong
 */
export async function login(options: LoginOptions): Promise<Project> {
  const session = new Session(options)
  try {
    await session.open(options.signal)
    const store = await findStore(session, options.signal)
    const services = servicesOf(session, store.id)
    const { host, port, version } = session
    const { id, name } = session.project
    const close = () => session.close()
    const files = new StoredFiles(session)
    return {
      id,
      name,
      host,
      port,
      version: version.text,
      features: new ProjectFeatureStore(session, services, store),
      models: new ProjectModelRegistry(session, files, store.id),
      files,
      settled: async () => (await services.producer.made?.catch(() => {}))?.settled(),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await session.close()
    throw error
  }
}

async function findStore(session: Session, signal: AbortSignal | undefined): Promise<{ id: number; name: string }> {
  const name = `${session.project.name.toLowerCase()}_featurestore`
  const answer = (await session.projectApi({
    method: 'GET',
    path: `featurestores/${name}`,
    subject: `the feature store "${name}"`,
    signal,
  })) as { featurestoreId?: number; featurestoreName?: string } | null
  if (!answer?.featurestoreId)
    throw new HopsworksError('api', `project "${session.project.name}" has no feature store`, {
      do: 'switch the service on in its settings',
    })
  return { id: answer.featurestoreId, name: answer.featurestoreName ?? name }
}
