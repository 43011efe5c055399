import type { ReactNode } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'

interface SheetProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  /** Asks something that must be answered. */
  readonly question?: boolean
  readonly children: ReactNode
}

/** A dialog over the page; it keeps the focus and gives it back. */
export function Sheet({ title, open, onClose, question = false, children }: SheetProps) {
  return (
    <ModalOverlay
      className="veil"
      isOpen={open}
      isDismissable={!question}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Modal className="sheet">
        <Dialog role={question ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
