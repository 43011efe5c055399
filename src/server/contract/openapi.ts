import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import {
  createJsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import packageJson from '../../../package.json' with { type: 'json' }
import type { Endpoint } from './endpoints/endpoint.ts'
import { endpoints } from './endpoints/endpoints.ts'

/** Where the API begins, below the path that the application is served at. */
export const apiPath = '/v1'

/** The API as an OpenAPI 3.1 document. */
export async function openApi(): Promise<object> {
  const app = Fastify()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Consonance',
        version: packageJson.version,
        description:
          'Finds the listeners whose taste is closest to yours. Who somebody is, the session’s cookie or an `Authorization: Bearer` token says. Requests that change something need the header `X-Consonance: 1` when a cookie comes with them.',
        license: { name: packageJson.license, identifier: packageJson.license },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { target: 'draft-2020-12' } }),
    transformObject: jsonSchemaTransformObject,
  })
  app.after(() => {
    for (const { method, url, schema } of Object.values<Endpoint>(endpoints))
      app.route({ method, url, schema, handler: (_, reply) => reply.code(501).send() })
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  // Added afterwards, because the plugin knows absolute addresses only.
  return withoutUnused({ ...document, servers: [{ url: '.', description: 'Relative to where this document is' }] })
}

interface Document {
  readonly [part: string]: unknown
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

/** Every schema is described as it goes in and as it comes out; most do only one of these. */
function withoutUnused(document: Document): Document {
  const { schemas = {}, ...components } = document.components ?? {}
  const used = new Set<string>()
  const visit = (value: unknown) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name!)) continue
      used.add(name!)
      visit(schemas[name!])
    }
  }
  visit({ ...document, components })
  const kept = Object.entries(schemas).filter(([name]) => used.has(name))
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } }
}
