import { Switch as AriaSwitch } from 'react-aria-components/Switch'

interface SwitchProps {
  readonly name: string
  /** What it means to have it on or off. */
  readonly means: string
  readonly on: boolean
  readonly disabled?: boolean
  readonly onChange: (on: boolean) => void
}

export function Switch({ name, means, on, disabled = false, onChange }: SwitchProps) {
  return (
    <AriaSwitch className="switch" isSelected={on} isDisabled={disabled} onChange={onChange}>
      <span className="knob" />
      <span>
        <b>{name}</b>
        <span className="small quiet">{means}</span>
      </span>
    </AriaSwitch>
  )
}
