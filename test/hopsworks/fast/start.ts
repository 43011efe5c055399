import { randomBytes } from 'node:crypto'
import { type Certificates, makeCertificates } from './certificates.ts'
import { datasetRoutes } from './files/dataset-routes.ts'
import { FileTree } from './files/file-tree.ts'
import { FlightRefusals } from './flight/flight-refusals.ts'
import { FlyingDuck } from './flight/flying-duck.ts'
import { Gate } from './gate.ts'
import type { FeatureGroupDto } from './groups/feature-group.ts'
import { FeatureGroups } from './groups/feature-groups.ts'
import { groupRoutes } from './groups/group-routes.ts'
import { HttpFront } from './http-front.ts'
import { ConsumerLoop } from './ingestion/consumer-loop.ts'
import { jobRoutes } from './ingestion/job-routes.ts'
import { Materialization } from './ingestion/materialization.ts'
import { headersOf, MessageReader } from './ingestion/message.ts'
import { OnlineFs } from './ingestion/online-fs.ts'
import { OnlineIngestions } from './ingestion/online-ingestions.ts'
import { Broker, type KafkaPart } from './kafka/broker.ts'
import type { LocalHopsworks, LocalHopsworksOptions, LoggedRequest, Part } from './local-hopsworks.ts'
import { loginRoutes } from './login-routes.ts'
import { modelRoutes } from './models/model-routes.ts'
import { Models } from './models/models.ts'
import { OnlineStore } from './online/online-store.ts'
import { onlineStoreRoutes } from './online/rest-routes.ts'
import { queryRoutes } from './queries/query-routes.ts'
import { failure, RouteTable } from './routes.ts'
import { ScriptedAnswers } from './scripted-answers.ts'
import type { SearchBackend } from './search/backend.ts'
import { MemorySearch } from './search/memory-search.ts'
import type { SqlBackend } from './sql/backend.ts'
import { LocalSql } from './sql/local-sql.ts'
import { FeatureViews } from './views/feature-views.ts'
import { vectorRoutes } from './views/vector-routes.ts'
import { viewRoutes } from './views/view-routes.ts'

const user = 'meb10000'
const projectId = 119
const featureStoreId = 67
const partitions = 3
/** Inside the cluster; clients want its certificate to name it, whatever they call it. */
export const queryServiceName = 'flyingduck.service.consul'

/** Starts one; every test can have its own. `close` it when done. */
export async function startLocalHopsworks(options: LocalHopsworksOptions = {}): Promise<LocalHopsworks> {
  const { host = '127.0.0.1', project = 'proj', version = '5.1.0', materializationMs = 5, refreshMs = 5 } = options
  const apiKey = `local.${randomBytes(24).toString('hex')}`
  const certificates =
    options.parts?.certificates ??
    (await makeCertificates([host, 'localhost', queryServiceName], `${project}__${user}`))
  const requests: LoggedRequest[] = []
  const scripted = new ScriptedAnswers()
  const tokens = new Set<string>()
  const querySecret = randomBytes(24).toString('hex')

  const groups = new FeatureGroups(project, projectId, user)
  const views = new FeatureViews(groups, project, featureStoreId, user)
  const models = new Models(views)
  const ingestions = new OnlineIngestions()
  const store = new OnlineStore()
  const searched = new OnlineStore()
  const files = new FileTree()
  for (const folder of ['Models', 'Resources', 'Jupyter']) files.makeFolder(`/Projects/${project}/${folder}`)

  const kafka: KafkaPart =
    options.parts?.kafka ??
    (await startBroker(certificates, `${project.toLowerCase()}_onlinefs`, { host, port: () => gates.kafka.port }))
  const search: SearchBackend =
    options.parts?.search ?? new MemorySearch(atLeast(version, 5, 1) ? 'faiss' : 'nmslib', refreshMs)
  const ownSql = options.parts
    ? undefined
    : await LocalSql.start(
        host,
        project.toLowerCase(),
        `${project.toLowerCase()}_${user}`,
        options.mysqlTls === false ? undefined : certificates.server,
      )
  const sql: SqlBackend = options.parts?.sql ?? ownSql!
  const reader = new MessageReader(groups, projectId)
  const materialization = new Materialization(kafka.feed, reader, files, project, materializationMs)
  const onlineFs = new OnlineFs(reader, store, sql, searched, search, ingestions, options.deletesVectors ?? true)
  const consumer = new ConsumerLoop(kafka.feed, (records) => onlineFs.consume(records))

  async function forgetRows(group: FeatureGroupDto): Promise<void> {
    store.drop(group.id)
    searched.drop(group.id)
    await sql.drop(group)
    if (group.embeddingIndex) await search.drop(group)
  }
  const routes = new RouteTable(
    loginRoutes({
      project,
      projectId,
      featureStoreId,
      user,
      version,
      host,
      kafka: () => `${host}:${gates.kafka.port}`,
      mysql: () => ({ host, port: gates.mysql.port, ...sql.access }),
      certificates,
      searchToken: () => {
        const token = randomBytes(24).toString('base64url')
        tokens.add(token)
        return token
      },
    }),
    groupRoutes(groups, ingestions, {
      created: async (group) => {
        materialization.addJob(group)
        await sql.create(group)
        if (group.embeddingIndex) await search.create(group)
      },
      extended: (group) => sql.extend(group),
      deleted: async (group) => {
        materialization.deleteJob(group)
        await forgetRows(group)
      },
      cleared: async (group) => {
        materialization.clearRows(group.id)
        await forgetRows(group)
        await sql.create(group)
        if (group.embeddingIndex) await search.create(group)
      },
    }),
    jobRoutes(materialization),
    modelRoutes(models, files, project),
    datasetRoutes(files, project),
    queryRoutes(groups, project, querySecret),
    viewRoutes(views, models, project),
  )
  const rest = new RouteTable(onlineStoreRoutes(groups, store, project), vectorRoutes(views, store, project))

  const fronts = {
    api: new HttpFront('api', '/hopsworks-api/api', certificates, requests, scripted, (request) =>
      request.headers.authorization === `ApiKey ${apiKey}`
        ? routes.answer(request)
        : failure(401, 320_003, 'Api key not found.', 'Invalid API key'),
    ),
    openSearch: new HttpFront('openSearch', '', certificates, requests, scripted, (request) =>
      tokens.has(request.headers.authorization ?? '')
        ? search.answer(request)
        : { status: 401, bytes: Buffer.from('Unauthorized') },
    ),
    onlineStore: new HttpFront('onlineStore', '', certificates, requests, scripted, (request) =>
      request.headers['x-api-key'] === apiKey
        ? rest.answer(request)
        : { status: 401, body: { code: 16, reason: 'Unauthorized', message: 'bad API key' } },
    ),
  }
  const refusals = new FlightRefusals()
  const flyingDuck = new FlyingDuck({
    ...{ host, certificates, secret: querySecret },
    store: { group: (id) => groups.get(id), rows: (id) => materialization.rows(id) },
    log: (method, metadata) =>
      requests.push({ front: 'flight', method: 'POST', path: method, body: metadata, status: 0 }),
    refusal: () => refusals.take(),
  })
  const gates = {
    api: new Gate(host, () => fronts.api.port),
    kafka: new Gate(host, () => kafka.port),
    openSearch: new Gate(host, () => fronts.openSearch.port),
    onlineStore: new Gate(host, () => fronts.onlineStore.port),
    mysql: new Gate(host, () => sql.port),
    flight: new Gate(host, () => flyingDuck.port()),
  }
  for (const front of Object.values(fronts)) await front.listen(host)
  for (const [name, gate] of Object.entries(gates)) await gate.open(options.ports?.[name as keyof typeof gates] ?? 0)

  const named = (name: string, wanted: number) => {
    const [group] = groups.named(name, wanted)
    if (!group) throw new Error(`local Hopsworks: no feature group ${name}, version ${wanted}`)
    return group
  }
  const part = (gate: Gate): Part => ({ stop: () => gate.stop(), start: () => gate.open() })
  const ports = {
    api: gates.api.port,
    kafka: gates.kafka.port,
    openSearch: gates.openSearch.port,
    onlineStore: gates.onlineStore.port,
    mysql: gates.mysql.port,
    flight: gates.flight.port,
  }
  return {
    host,
    port: ports.api,
    ports,
    project,
    projectId,
    version,
    apiKey,
    ca: certificates.ca,
    login: {
      host,
      port: ports.api,
      project,
      apiKey,
      ca: certificates.ca,
      services: {
        kafka: [`${host}:${ports.kafka}`],
        opensearch: `https://${host}:${ports.openSearch}`,
        rondb: `https://${host}:${ports.onlineStore}`,
        mysql: `${host}:${ports.mysql}`,
        flight: `${host}:${ports.flight}`,
      },
    },
    requests,
    messages: () => kafka.feed.records.map((record) => ({ ...record, headers: headersOf(record) })),
    online: (name, wanted) => {
      const group = named(name, wanted)
      return (group.embeddingIndex ? searched : store).rows(group).map(({ values }) => values)
    },
    offline: (name, wanted) => materialization.rows(named(name, wanted).id),
    featureGroupId: (name, wanted) => named(name, wanted).id,
    applied: (name, wanted) => onlineFs.applied(named(name, wanted).id),
    faults: {
      answer: (script) => scripted.add(script),
      expireTokens: () => tokens.clear(),
      materializationMs: (ms) => {
        materialization.ms = ms
      },
      failMaterialization: (times) => materialization.fail(times),
      failIngestion: (times) => onlineFs.fail(times),
      loseProduceAnswers: (times) => kafka.loseAnswers(times),
      changeDatabasePassword: () => ownSql?.changePassword(),
      moveDatabaseEast: (hours) => ownSql?.moveEast(hours),
      cut: () => {
        for (const gate of Object.values(gates)) gate.cut()
      },
      restore: () => {
        for (const gate of Object.values(gates)) gate.restore()
      },
      broker: part(gates.kafka),
      openSearch: part(gates.openSearch),
      onlineStore: part(gates.onlineStore),
      mysql: part(gates.mysql),
      flight: part(gates.flight),
      refuseOfflineReads: (refusal) => refusals.add(refusal),
      api: part(gates.api),
      clear: () => {
        scripted.clear()
        refusals.clear()
        materialization.fail(0)
        onlineFs.fail(0)
        kafka.loseAnswers(0)
      },
    },
    close: async () => {
      materialization.close()
      await Promise.all(Object.values(gates).map((gate) => gate.stop()))
      await Promise.all(Object.values(fronts).map((front) => front.close()))
      await kafka.close()
      await consumer.close()
      await search.close()
      await sql.close()
      await flyingDuck.close()
    },
  }
}

async function startBroker(
  certificates: Certificates,
  topic: string,
  advertised: { readonly host: string; readonly port: () => number },
): Promise<Broker> {
  const broker = new Broker(certificates, partitions, advertised)
  broker.topics.create(topic)
  await broker.listen(advertised.host)
  return broker
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}
