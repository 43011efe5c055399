import { completed, type FeatureGroupDto, type Subject, subjectSchema } from './feature-group.ts'

/** All feature groups of one project, with the schemas of their messages. */
export class FeatureGroups {
  readonly #project: string
  readonly #projectId: number
  readonly #user: string
  readonly #groups = new Map<number, FeatureGroupDto>()
  readonly #subjects: { readonly groupId: number; readonly subject: Subject }[] = []
  #lastId = 14
  #lastSubject = 6

  constructor(project: string, projectId: number, user: string) {
    this.#project = project
    this.#projectId = projectId
    this.#user = user
  }

  get all(): readonly FeatureGroupDto[] {
    return [...this.#groups.values()]
  }

  get(id: number): FeatureGroupDto | undefined {
    return this.#groups.get(id)
  }

  named(name: string, version?: number): readonly FeatureGroupDto[] {
    return this.all.filter((group) => group.name === name && (version === undefined || group.version === version))
  }

  /** The newest schema under that name. */
  subjectNamed(name: string): Subject | undefined {
    return this.#subjects.findLast(({ subject, groupId }) => subject.subject === name && this.#groups.has(groupId))
      ?.subject
  }

  /** The schema that a message names; only those of its own feature group count. */
  subject(groupId: number, subjectId: number): Subject | undefined {
    return this.#subjects.find((each) => each.groupId === groupId && each.subject.id === subjectId)?.subject
  }

  create(asked: Readonly<Record<string, unknown>>): FeatureGroupDto {
    const newest = Math.max(0, ...this.named(asked.name as string).map((group) => group.version))
    const group = completed(asked, {
      id: ++this.#lastId,
      version: (asked.version as number | null) ?? newest + 1,
      project: this.#project,
      projectId: this.#projectId,
      user: this.#user,
      now: new Date(),
    })
    this.#groups.set(group.id, group)
    this.#register(group, 1)
    return group
  }

  /** Takes over features and description, and gives the longer list a schema of its own. */
  update(group: FeatureGroupDto, asked: Readonly<Record<string, unknown>>): FeatureGroupDto {
    const { features } = completed({ ...group, ...asked }, { ...group, ...this.#server(), now: new Date() })
    const updated = { ...group, features, description: asked.description ?? group.description }
    this.#groups.set(group.id, updated)
    const newest = this.subjectNamed(`${group.name}_${group.version}`)!
    if (features.length !== group.features.length) this.#register(updated, newest.version + 1)
    return updated
  }

  delete(id: number): void {
    this.#groups.delete(id)
  }

  #server() {
    return { project: this.#project, projectId: this.#projectId, user: this.#user }
  }

  #register(group: FeatureGroupDto, version: number): void {
    const schema = JSON.stringify(subjectSchema(group, `${this.#project.toLowerCase()}_featurestore`))
    const subject = { id: ++this.#lastSubject, subject: `${group.name}_${group.version}`, version, schema }
    this.#subjects.push({ groupId: group.id, subject })
  }
}
