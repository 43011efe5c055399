import { writeFile } from 'node:fs/promises'
import { openApi } from './openapi.ts'

// `npm run build:api`: writes the document that is committed and that the page's client is generated from.
const place = new URL('../../../docs/openapi.json', import.meta.url)
await writeFile(place, `${JSON.stringify(await openApi(), undefined, 2)}\n`)
