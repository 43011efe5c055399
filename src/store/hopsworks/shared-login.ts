import { type LoginOptions, login, type Project } from '../../hopsworks/index.ts'

const open = new Map<string, { readonly project: Promise<Project>; users: number }>()

/** A project as several stores of one thread use it, over the same connections. It is closed when the last one lets go of it. */
export interface SharedProject {
  readonly project: Project
  close(): Promise<void>
}

export async function sharedLogin(options: LoginOptions): Promise<SharedProject> {
  const name = JSON.stringify(options)
  const shared = open.get(name) ?? { project: login(options), users: 0 }
  open.set(name, shared)
  shared.users++
  const leave = () => {
    if (--shared.users > 0) return false
    if (open.get(name) === shared) open.delete(name)
    return true
  }
  try {
    const project = await shared.project
    return {
      project,
      close: async () => {
        if (leave()) await project.close()
      },
    }
  } catch (error) {
    leave()
    // The next one tries again.
    if (open.get(name) === shared) open.delete(name)
    throw error
  }
}
