import protobuf from 'protobufjs'

/**
 * The messages of Arrow Flight that reading needs. Names and numbers of fields are those of Apache Arrow's format/Flight.proto
 * (Apache-2.0).
 */
const { root } = protobuf.parse(
  `syntax = "proto3";
  package arrow.flight.protocol;
  message FlightDescriptor {
    enum DescriptorType { UNKNOWN = 0; PATH = 1; CMD = 2; }
    DescriptorType type = 1;
    bytes cmd = 2;
    repeated string path = 3;
  }
  message Ticket { bytes ticket = 1; }
  message Location { string uri = 1; }
  message FlightEndpoint { Ticket ticket = 1; repeated Location location = 2; }
  message FlightInfo { bytes schema = 1; FlightDescriptor flight_descriptor = 2; repeated FlightEndpoint endpoint = 3; }
  message FlightData {
    FlightDescriptor flight_descriptor = 1;
    bytes data_header = 2;
    bytes app_metadata = 3;
    bytes data_body = 1000;
  }
  message Action { string type = 1; bytes body = 2; }
  message ActionType { string type = 1; string description = 2; }
  message Result { bytes body = 1; }
  message Empty {}`,
)

/** Asks for what a command describes. `cmd` is 2. */
export interface FlightDescriptor {
  readonly type: number
  readonly cmd: Uint8Array
  readonly path?: readonly string[]
}

export interface Ticket {
  readonly ticket: Uint8Array
}

export interface FlightInfo {
  readonly endpoint: readonly { readonly ticket: Ticket }[]
}

/** One Arrow IPC message: its flatbuffer, and the buffers that it tells of. */
export interface FlightData {
  readonly dataHeader: Uint8Array
  readonly dataBody: Uint8Array
}

export interface Action {
  readonly type: string
  readonly body: Uint8Array
}

export interface ActionType {
  readonly type: string
  readonly description?: string
}

export interface ActionResult {
  readonly body: Uint8Array
}

/** Writes and reads one kind of message. What is not sent reads as empty. */
export interface MessageCodec<T> {
  encode(message: T): Buffer
  decode(bytes: Uint8Array): T
}

function codec<T>(name: string): MessageCodec<T> {
  const type = root.lookupType(`arrow.flight.protocol.${name}`)
  return {
    encode: (message) => Buffer.from(type.encode(message as object).finish()),
    decode: (bytes) => type.decode(bytes) as unknown as T,
  }
}

export const messages = {
  descriptor: codec<FlightDescriptor>('FlightDescriptor'),
  info: codec<FlightInfo>('FlightInfo'),
  ticket: codec<Ticket>('Ticket'),
  data: codec<FlightData>('FlightData'),
  action: codec<Action>('Action'),
  actionType: codec<ActionType>('ActionType'),
  result: codec<ActionResult>('Result'),
  empty: codec<Readonly<Record<string, never>>>('Empty'),
} as const

/** `FlightDescriptor.type` of a command. */
export const commandType = 2

/** Path of a method, as gRPC asks for it. */
export function methodPath(name: 'GetFlightInfo' | 'DoGet' | 'DoAction' | 'ListActions'): string {
  return `/arrow.flight.protocol.FlightService/${name}`
}
