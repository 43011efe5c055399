import { basename } from 'node:path'
import { failure, items, ok, type RouteRequest, type Routes } from '../routes.ts'
import type { Entry, FileTree } from './file-tree.ts'

const notFound = () => failure(404, 110_011, 'Path not found.')
const exists = () => failure(400, 110_012, 'Inode already exists.')

/** The dataset API: folders, uploads in flow.js's chunks, downloads. */
export function datasetRoutes(files: FileTree, project: string): Routes {
  const root = `/Projects/${project}`
  const uploads = new Map<string, Buffer[]>()

  const pathOf = (params: RouteRequest['params']) => {
    const path = `/${params.path!.replace(/^\/+|\/+$/g, '')}`.replace(/\/{2,}/g, '/')
    return path.startsWith('/Projects/') ? path : `${root}${path}`
  }

  const dto = (entry: Entry) => ({
    href: `https://local/hopsworks-api/api/project/119/dataset${entry.path}`,
    attributes: {
      name: basename(entry.path),
      path: entry.path,
      dir: entry.content === undefined,
      size: entry.content?.length ?? 0,
      modificationTime: entry.modified.toISOString(),
      owner: 'proj__meb10000',
      permission: 'rwxrwx---',
    },
  })

  return {
    'POST /project/{pid}/dataset/upload/{path...}': async ({ params, bytes, headers }) => {
      const folder = pathOf(params)
      if (!files.has(folder)) return notFound()
      const form = await new Response(new Uint8Array(bytes), {
        headers: { 'content-type': headers['content-type']! },
      }).formData()
      const field = (name: string) => `${form.get(name)}`
      const target = `${folder}/${field('flowFilename')}`
      if (files.has(target)) return exists()
      const key = `${target} ${field('flowIdentifier')}`
      const chunks = uploads.get(key) ?? []
      uploads.set(key, chunks)
      chunks[Number(field('flowChunkNumber')) - 1] = Buffer.from(await (form.get('file') as File).arrayBuffer())
      const total = Number(field('flowTotalChunks'))
      if (chunks.filter((chunk) => chunk !== undefined).length === total) {
        uploads.delete(key)
        const content = Buffer.concat(chunks)
        if (content.length !== Number(field('flowTotalSize'))) return failure(500, 110_034, 'Upload size is wrong.')
        files.write(target, content)
      }
      return { status: 200 }
    },
    'GET /project/{pid}/dataset/download/with_auth/{path...}': ({ params }) => {
      const content = files.get(pathOf(params))?.content
      return content ? { status: 200, bytes: content } : notFound()
    },
    'GET /project/{pid}/dataset/{path...}': ({ params, query }) => {
      const path = pathOf(params)
      const entry = files.get(path)
      if (!entry) return notFound()
      if (query.get('action') !== 'listing') return ok(dto(entry))
      const listed = [...files.list(path)].sort((a, b) => (a.path < b.path ? -1 : 1))
      if (query.get('sort_by')?.endsWith(':desc')) listed.reverse()
      const offset = Number(query.get('offset') ?? 0)
      const page = listed.slice(offset, offset + Number(query.get('limit') ?? listed.length))
      return ok({ ...(items(page.map(dto)).body as object), count: listed.length })
    },
    'POST /project/{pid}/dataset/{path...}': ({ params, query }) => {
      const path = pathOf(params)
      if (query.get('action') !== 'create') return failure(400, 110_000, 'Only action=create is known.')
      if (files.has(path)) return exists()
      files.makeFolder(path)
      return ok(dto(files.get(path)!), 201)
    },
    'DELETE /project/{pid}/dataset/{path...}': ({ params }) => {
      const path = pathOf(params)
      if (!files.has(path)) return notFound()
      files.remove(path)
      return { status: 204 }
    },
  }
}
