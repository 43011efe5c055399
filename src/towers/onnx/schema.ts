import protobuf from 'protobufjs'

/**
 * The part of ONNX's protobuf schema that the export uses (onnx/onnx.proto, IR version 9). Numbers of fields are theirs.
 */
const { root } = protobuf.parse(
  `syntax = "proto3";
  package onnx;
  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    string producer_version = 3;
    string doc_string = 6;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message AttributeProto {
    enum Type { UNDEFINED = 0; FLOAT = 1; INT = 2; STRING = 3; }
    string name = 1;
    int64 i = 3;
    bytes s = 4;
    Type type = 20;
  }
  message TensorProto {
    repeated int64 dims = 1;
    int32 data_type = 2;
    string name = 8;
    bytes raw_data = 9;
  }
  message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
  message TypeProto { Tensor tensor_type = 1; message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } }
  message TensorShapeProto {
    repeated Dimension dim = 1;
    message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  }`,
  { keepCase: true },
)

const Model = root.lookupType('onnx.ModelProto')

/** `elem_type` and `data_type`. */
export const elementTypes = { float: 1, int64: 7 } as const

/** The bytes of an onnx.ModelProto. */
export function encodeModel(model: object): Uint8Array {
  const wrong = Model.verify(model)
  if (wrong) throw new TypeError(`ONNX: ${wrong}`)
  return Model.encode(Model.create(model)).finish()
}
