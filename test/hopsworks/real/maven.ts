import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where everything that is fetched stays between runs. */
export const cacheFolder = join(import.meta.dirname, '../../../node_modules/.cache/hopsworks')

/** `group:artifact:version`, or `group:artifact:version:type` for something that is not a jar. */
export type Artifact = string

/**
 * Fetches artifacts with all they need from Maven Central, once.
 * @returns the folder that holds the jars
 */
export async function mavenFolder(name: string, artifacts: readonly Artifact[]): Promise<string> {
  return cached(name, async (folder) => {
    await writeFile(join(folder, 'pom.xml'), pom(artifacts))
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], { cwd: folder })
  })
}

/** Makes a folder of the cache, unless an earlier run has done so to the end. */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  await fill(unfinished)
  await rename(unfinished, folder)
  return folder
}

function pom(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version, type = 'jar'] = artifact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version><type>${type}</type></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>parts</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies></project>
`
}
