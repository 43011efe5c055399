import { featureStoreConformance, modelRegistryConformance } from '../conformance.ts'
import { folderPlace } from './folder-place.ts'

featureStoreConformance('SQLite', folderPlace)
modelRegistryConformance('SQLite', folderPlace)
