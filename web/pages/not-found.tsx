import { Link } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { texts } from '../texts/texts.ts'

export function NotFoundPage() {
  return (
    <Page title={texts.notFound.title} lede={texts.notFound.help}>
      <Link href="/" className="button">
        {texts.notFound.home}
      </Link>
    </Page>
  )
}
