import { Label } from 'react-aria-components/Label'
import { Slider as AriaSlider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components/Slider'

interface SliderProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
  /** What the value means. */
  readonly say: (value: number) => string
  readonly disabled?: boolean
}

/** From 0 to 1 in tenths. */
export function Slider({ label, value, onChange, say, disabled = false }: SliderProps) {
  return (
    <AriaSlider
      className="slider"
      minValue={0}
      maxValue={1}
      step={0.1}
      value={value}
      onChange={onChange}
      isDisabled={disabled}
    >
      <Label className="label">{label}</Label>
      <SliderOutput>{say(value)}</SliderOutput>
      <SliderTrack className="track">
        <SliderThumb className="thumb" aria-valuetext={say(value)} />
      </SliderTrack>
    </AriaSlider>
  )
}
