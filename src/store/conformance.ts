import { describe } from 'node:test'
import { aliasConformance } from './conformance/aliases.ts'
import { catalogueConformance } from './conformance/catalogue.ts'
import { descriptionConformance } from './conformance/descriptions.ts'
import { eraseConformance } from './conformance/erase.ts'
import { gapsConformance } from './conformance/gaps.ts'
import type { NewPlace } from './conformance/place.ts'
import { policyConformance } from './conformance/policy.ts'
import { profilesConformance } from './conformance/profiles.ts'
import { registryConformance } from './conformance/registry.ts'
import { relationsConformance } from './conformance/relations.ts'

/** What every feature store must do, whatever it is made of. Called from an adapter's tests. */
export function featureStoreConformance(name: string, newPlace: NewPlace): void {
  const parts = {
    profiles: profilesConformance,
    aliases: aliasConformance,
    catalogue: catalogueConformance,
    gaps: gapsConformance,
    policy: policyConformance,
    relations: relationsConformance,
    descriptions: descriptionConformance,
    erase: eraseConformance,
  }
  for (const [part, conformance] of Object.entries(parts))
    describe(`${name} store: ${part}`, { concurrency: 2 }, () => conformance(newPlace))
}

/** What every model registry must do. */
export function modelRegistryConformance(name: string, newPlace: NewPlace): void {
  describe(`${name} registry`, { concurrency: 2 }, () => registryConformance(newPlace))
}
