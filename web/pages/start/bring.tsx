import { type DragEvent, lazy, Suspense, useRef, useState } from 'react'
import type { About } from '../../api/types.ts'
import { Loading } from '../../parts/loading.tsx'
import { texts } from '../../texts/texts.ts'
import { filesOf } from './dropped-files.ts'

const BroughtFiles = lazy(() => import('./brought-files.tsx'))

/** The place for exported files. They are read here, in the browser. */
export function Bring({ about }: { readonly about: About }) {
  const [files, setFiles] = useState<readonly File[]>([])
  if (files.length === 0) return <Drop onFiles={setFiles} />
  return (
    <Suspense fallback={<Loading />}>
      <BroughtFiles about={about} files={files} onOther={() => setFiles([])} />
    </Suspense>
  )
}

function Drop({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const { drop } = texts.start
  const onDrag = (event: DragEvent) => {
    event.preventDefault()
    setOver(event.type === 'dragover')
  }
  const onDrop = (event: DragEvent) => {
    onDrag(event)
    filesOf(event.dataTransfer).then(onFiles)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button does the same for everybody
    <div className={over ? 'drop over' : 'drop'} onDragOver={onDrag} onDragLeave={onDrag} onDrop={onDrop}>
      <h2>{over ? drop.over : drop.title}</h2>
      <p className="quiet">{drop.hint}</p>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {drop.choose}
      </button>
      <input ref={input} type="file" multiple hidden onChange={({ target }) => onFiles([...(target.files ?? [])])} />
      <p className="small quiet">{drop.privacy}</p>
    </div>
  )
}
