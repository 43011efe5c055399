import { lazy, Suspense, useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Heading } from 'react-aria-components/Heading'
import { Text } from 'react-aria-components/Text'
import type { About } from '../../api/types.ts'
import { Loading } from '../../parts/loading.tsx'
import { texts } from '../../texts.ts'
import { filesOf } from './dropped-files.ts'

const BroughtFiles = lazy(() => import('./brought-files.tsx'))

/** The place for exported files. They are read here, in the browser. */
export default function Bring({ about }: { readonly about: About | undefined }) {
  const [files, setFiles] = useState<readonly File[]>([])
  const chosen = useRef<HTMLDivElement>(null)
  if (files.length > 0)
    return (
      <div ref={chosen}>
        <Suspense fallback={<Loading />}>
          <BroughtFiles about={about} files={files} onOther={() => setFiles([])} />
        </Suspense>
      </div>
    )
  const { drop } = texts.start
  return (
    <DropZone className="drop" onDrop={async ({ items }) => setFiles(await filesOf(items))}>
      <Heading level={2}>{drop.title}</Heading>
      <Text slot="label" className="unseen">
        {drop.title}
      </Text>
      <p className="quiet">{drop.hint}</p>
      <FileTrigger allowsMultiple onSelect={(list) => setFiles([...(list ?? [])])}>
        <Button className="button">{drop.choose}</Button>
      </FileTrigger>
      <p className="small quiet">{drop.privacy}</p>
    </DropZone>
  )
}
