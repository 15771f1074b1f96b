#include "rig/decode/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

std::size_t size_of(Address::Kind kind) {
  return kind == Address::Kind::ipv4 ? 4 : kind == Address::Kind::mac ? 6 : 16;
}

}  // namespace

void add_address(Message& message, Outlet& out, std::string_view path, Address::Kind kind,
                 ByteView bytes) {
  const Address address = Address::of(kind, bytes);
  if (address.kind == Address::Kind::none) return add_hex(message, out, path, bytes);
  append_text(out.field(message, path, FieldType::text, bytes.size()).value, address);
}

void add_addresses(Message& message, Outlet& out, std::string_view path, Address::Kind kind,
                   ByteView bytes) {
  const std::size_t size = size_of(kind);
  if (bytes.size() % size != 0) return add_hex(message, out, path, bytes);
  for (; !bytes.empty(); bytes = bytes.subspan(size))
    add_address(message, out, path, kind, bytes.first(size));
}

void add_hex(Message& message, Outlet& out, std::string_view path, ByteView bytes) {
  if (bytes.size() > max_value)
    message.notes.push_back(
        fmt::format("{}: the first {} of {} bytes are kept", path, max_value, bytes.size()));
  Field& field = out.field(message, path, FieldType::bytes, bytes.size());
  append_hex(field.value, bytes.first(std::min(bytes.size(), max_value)));
  field.cut = out.reaches_cut(bytes) || (message.gap && bytes.data() == nullptr);
}

void add_flag(Message& message, Outlet& out, std::string_view path, bool value, std::size_t wire) {
  out.field(message, path, FieldType::boolean, wire).value = value ? "true" : "false";
}

void add_unread(Message& message, Outlet& out, std::string_view path, ByteView bytes) {
  if (bytes.empty()) return;
  message.unexplained_bytes += bytes.size();
  const Outlet::Inside not_values(out);
  out.content(message, path, bytes);
}

}  // namespace brewproof::decode
