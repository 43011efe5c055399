import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { cardQuery } from '../api/calls.ts'
import type { ShareCard } from '../api/types.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Back } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { useTheme } from '../parts/theme.ts'
import { useTuning } from '../parts/tuning.ts'
import { texts } from '../texts/texts.ts'
import { drawCard, size } from './card/drawing.ts'
import './card/card.css'

interface CardPageProps {
  readonly profile: string
  readonly match: string
}

/** A picture of a match to share, made here. */
export default function CardPage({ profile, match }: CardPageProps) {
  const [tuning] = useTuning(profile)
  const { data: card, error, refetch } = useQuery(cardQuery(profile, match, tuning))
  if (!card && !error) return <Loading />
  return (
    <Page title={texts.card.title} lede={texts.card.lede}>
      <p className="up">
        <Back href={`/p/${profile}/with/${match}`}>{texts.matches.sideBySide}</Back>
      </p>
      {error && <ProblemNotice problem={error} onRetry={() => refetch()} />}
      {card && <Drawn card={card} />}
    </Page>
  )
}

function Drawn({ card }: { readonly card: ShareCard }) {
  const [pageTheme] = useTheme()
  const [theme, setTheme] = useState(pageTheme)
  const picture = useMemo(
    () => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawCard(card, measured(), theme))}`,
    [card, theme],
  )
  return (
    <div className="stack drawn">
      <img src={picture} alt={card.alt} width={size.width} height={size.height} />
      <label className="choice">
        <input
          type="checkbox"
          checked={theme === 'dark'}
          onChange={(event) => setTheme(event.target.checked ? 'dark' : 'light')}
        />
        {texts.card.dark}
      </label>
      <div className="row">
        <button type="button" className="button primary" onClick={() => download(picture)}>
          {texts.card.download}
        </button>
        <CopyButton text={card.alt} label={texts.card.copyAlt} done={texts.card.copied} />
      </div>
      <div>
        <h2>{texts.card.alt}</h2>
        <p className="quiet">{card.alt}</p>
      </div>
    </div>
  )
}

function measured() {
  const context = document.createElement('canvas').getContext('2d')!
  return (text: string, font: string) => {
    context.font = font
    return context.measureText(text).width
  }
}

/** As PNG, which every place that shows pictures takes. */
async function download(picture: string): Promise<void> {
  const image = new Image(size.width, size.height)
  image.src = picture
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  canvas.getContext('2d')!.drawImage(image, 0, 0)
  const link = document.createElement('a')
  link.href = canvas.toDataURL('image/png')
  link.download = 'consonance.png'
  link.click()
}
