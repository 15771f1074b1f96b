#include "rig/decode/payload/structure.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

extern const Structure json_structure, json_records_structure, xml_structure, cbor_structure,
    cbor_sequence_structure, msgpack_structure, multipart_structure, form_structure, jwt_structure,
    eva_dts_structure, key_value_structure, protobuf_structure;

namespace {

// What is told by more comes first; protobuf, which is told by least, last.
constexpr const Structure* all[] = {
    &json_structure,    &json_records_structure,  &xml_structure,       &multipart_structure,
    &cbor_structure,    &cbor_sequence_structure, &msgpack_structure,   &jwt_structure,
    &eva_dts_structure, &form_structure,          &key_value_structure, &protobuf_structure};

}  // namespace

std::span<const Structure* const> structures() { return all; }

bool is_subtype(std::string_view media_type, std::string_view name) {
  const std::size_t slash = media_type.find('/');
  if (slash == std::string_view::npos) return false;
  std::string_view subtype = media_type.substr(slash + 1);
  if (const std::size_t plus = subtype.rfind('+'); plus != std::string_view::npos)
    return equal_ignoring_case(subtype.substr(plus + 1), name);
  if (equal_ignoring_case(subtype.substr(0, 2), "x-")) subtype.remove_prefix(2);
  return equal_ignoring_case(subtype, name);
}

}  // namespace brewproof::decode
