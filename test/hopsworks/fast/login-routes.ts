import type { Certificates } from './certificates.ts'
import { keyStore, trustStore } from './key-store.ts'
import { failure, ok, type Routes } from './routes.ts'
import type { SqlAccess } from './sql/backend.ts'

const storePassword = 'of-the-local-key-stores'

/** What every login asks for. */
export interface LoginState {
  readonly project: string
  readonly projectId: number
  readonly featureStoreId: number
  readonly user: string
  readonly version: string
  /** As load balancers are named, and Kafka's bootstrap servers. */
  readonly host: string
  readonly kafka: () => string
  readonly mysql: () => SqlAccess & { readonly host: string; readonly port: number }
  readonly certificates: Certificates
  /** A new token for OpenSearch. */
  readonly searchToken: () => string
}

/** Who am I, which project, which certificates, where is what. */
export function loginRoutes(state: LoginState): Routes {
  const { project, projectId, featureStoreId, user, certificates, host } = state
  const storeName = `${project.toLowerCase()}_featurestore`
  const variables: Readonly<Record<string, string>> = {
    enable_data_science_profile: 'false',
    enable_flyingduck: 'true',
    loadbalancer_external_domain_feature_query: host,
    loadbalancer_external_domain_opensearch: host,
    loadbalancer_external_domain_online_store_rest_server: host,
    loadbalancer_external_domain_mysqld: host,
    loadbalancer_external_domain: host,
    upload_policy: 'enabled',
    service_discovery_domain: 'consul',
  }
  const featureStore = {
    featurestoreId: featureStoreId,
    featurestoreName: storeName,
    projectId,
    projectName: project,
    offlineFeaturestoreName: storeName,
    onlineFeaturestoreName: project.toLowerCase(),
    onlineEnabled: true,
    created: '2026-01-01T00:00:00Z',
    numFeatureGroups: 0,
    numTrainingDatasets: 0,
    numFeatureViews: 0,
  }
  const stores = '/project/{pid}/featurestores'
  const connectors = `${stores}/{fs}/storageconnectors`

  return {
    'GET /variables/versions': () => ok([{ software: 'hopsworks', version: state.version }]),
    'GET /variables/{name}': ({ params }) => {
      const value = variables[params.name!]
      return value === undefined
        ? failure(404, 100_045, 'Requested variable not found.')
        : ok({ successMessage: value })
    },
    'GET /project': () =>
      ok([{ user: { uid: 1, username: user }, project: { id: projectId, name: project, owner: { uid: 1 } } }]),
    'GET /project/getProjectInfo/{name}': ({ params }) =>
      params.name === project
        ? ok({ projectId, projectName: project, owner: 'local@localhost', created: '2026-01-01T00:00:00Z' })
        : failure(404, 150_004, 'No project found.'),
    'GET /project/{pid}/credentials': () =>
      ok({
        fileExtension: 'jks',
        kStore: keyStore(certificates.client, certificates.ca, storePassword).toString('base64'),
        tStore: trustStore(certificates.ca, storePassword).toString('base64'),
        password: storePassword,
        caChain: certificates.ca,
        clientCert: certificates.client.cert,
        clientKey: certificates.client.key,
      }),
    [`GET ${stores}`]: () => ok([featureStore]),
    [`GET ${stores}/{name}`]: ({ params }) =>
      params.name === storeName || params.name === `${featureStoreId}`
        ? ok(featureStore)
        : failure(404, 270_003, 'Featurestore not found.'),
    [`GET ${connectors}/kafka_connector/byok`]: () =>
      ok({
        type: 'featurestoreKafkaConnectorDTO',
        id: -1,
        name: 'kafka_connector',
        featurestoreId: featureStoreId,
        storageConnectorType: 'KAFKA',
        bootstrapServers: state.kafka(),
        securityProtocol: 'SSL',
        sslEndpointIdentificationAlgorithm: '',
        externalKafka: false,
        options: null,
      }),
    [`GET ${connectors}/onlinefeaturestore`]: () => ok(onlineConnector(state)),
    [`GET ${connectors}/{name}`]: () => failure(404, 270_042, 'Storage connector not found.'),
    'GET /elastic/jwt/{pid}': () => ok({ token: state.searchToken(), kibanaUrl: '', projectName: project }),
  }
}

/** How RonDB's MySQL server is reached: inside the cluster, and as whom. */
function onlineConnector({ featureStoreId, mysql }: LoginState): unknown {
  const { host, port, user, password, database } = mysql()
  return {
    type: 'featurestoreJdbcConnectorDTO',
    id: 1,
    name: `${user}_onlinefeaturestore`,
    description: 'Credentials to the online store',
    featurestoreId: featureStoreId,
    storageConnectorType: 'JDBC',
    connectionString: `jdbc:mysql://${host}:${port}/${database}?useSSL=false&allowPublicKeyRetrieval=true`,
    arguments: Object.entries({
      password,
      user,
      isolationLevel: 'NONE',
      batchsize: '500',
      driver: 'com.mysql.cj.jdbc.Driver',
    }).map(([name, value]) => ({ name, value })),
  }
}
