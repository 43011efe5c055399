import type { DropZoneProps } from 'react-aria-components/DropZone'

type DropItem = Parameters<NonNullable<DropZoneProps['onDrop']>>[0]['items'][number]
type Folder = Extract<DropItem, { kind: 'directory' }>

/** More files than this are no export of one person. */
const most = 5_000

/** The files of a drop; those in folders as well. */
export async function filesOf(items: readonly DropItem[]): Promise<readonly File[]> {
  const files: File[] = []
  for (const item of items) {
    if (item.kind === 'file') files.push(await item.getFile())
    else if (item.kind === 'directory') await walk(item, files)
  }
  return files
}

async function walk(folder: Folder, files: File[]): Promise<void> {
  for await (const entry of folder.getEntries()) {
    if (files.length >= most) return
    if (entry.kind === 'file') files.push(await entry.getFile())
    else await walk(entry, files)
  }
}
