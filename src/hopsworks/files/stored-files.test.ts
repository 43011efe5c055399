import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testProject } from '../test-project.ts'

test('deleting what is not there does nothing, however the server says so', async (t) => {
  const { local, project } = await testProject(t)
  await project.files.delete('Resources/nothing')
  for (const errorCode of [110008, 110011, 110018]) {
    local.faults.answer({ method: 'DELETE', path: /\/dataset\//, status: 400, body: { errorCode, errorMsg: 'None.' } })
    await project.files.delete('Resources/nothing')
  }
})

test('says so when something could not be deleted', async (t) => {
  const { local, project } = await testProject(t)
  await project.files.upload('Resources/kept', Uint8Array.of(1))
  const body = { errorCode: 110016, errorMsg: 'DataSet is not editable.' }
  local.faults.answer({ method: 'DELETE', path: /\/dataset\//, status: 400, body })
  await assert.rejects(project.files.delete('Resources/kept'), /not editable/)
  await project.files.delete('Resources/kept')
  assert.equal(await project.files.exists('Resources/kept'), false)
})
