#include "rig/decode/payload/structure/protobuf_named.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "rig/decode/payload/structure/protobuf_wire.h"
#include "rig/decode/payload/structure/siblings.h"
#include "rig/decode/payload/tree_fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode::protobuf {
namespace {

using Kind = ProtoField::Kind;

unsigned wire_type(Kind kind) {
  switch (kind) {
    case Kind::fixed32:
    case Kind::sfixed32:
    case Kind::real32:
      return wire::fixed32;
    case Kind::fixed64:
    case Kind::sfixed64:
    case Kind::real64:
      return wire::fixed64;
    case Kind::text:
    case Kind::bytes:
    case Kind::message:
      return wire::length;
    default:
      return wire::varint;
  }
}

const ProtoField* find(const ProtoMessage& type, std::uint64_t number) {
  const auto found = std::ranges::lower_bound(type.fields, number, {}, &ProtoField::number);
  return found != type.fields.end() && found->number == number ? &*found : nullptr;
}

/// Numbers of a repeated field may stand behind one length, without tags.
bool is_packed(const ProtoField& field, const FieldOnWire& on_wire) {
  return field.repeated && on_wire.type == wire::length && wire_type(field.kind) != wire::length;
}

/// Calls take(value, bytes) for each number of a packed field; false: they do not fill it.
bool each_packed(Kind kind, ByteView content, auto&& take) {
  const unsigned type = wire_type(kind);
  if (type == wire::varint) {
    Fields numbers(content, false);
    std::size_t at = 0;
    for (std::uint64_t value = 0; numbers.number(value); at = numbers.position())
      take(value, numbers.position() - at);
    return numbers.ok();
  }
  const std::size_t size = type == wire::fixed32 ? 4 : 8;
  if (content.size() % size != 0) return false;
  for (ByteReader reader(content); reader.remaining() != 0;)
    take(size == 4 ? reader.le32() : reader.le64(), size);
  return true;
}

class Fitting {
 public:
  Fitting(const ProtoSchema& schema, unsigned max_depth, std::string& why)
      : schema_(schema), max_depth_(max_depth), why_(why) {}

  /// `at`: where the bytes stand in the content.
  bool fits(const ProtoMessage& type, ByteView bytes, std::size_t at, unsigned depth) {
    if (depth > max_depth_) return no(type, at, "is nested too deeply");
    Fields fields(bytes, false);
    FieldOnWire on_wire;
    std::vector<std::uint32_t> seen;
    for (std::size_t begin = 0; fields.next(on_wire); begin = fields.position()) {
      const ProtoField* field = find(type, on_wire.number);
      if (field == nullptr)
        return no(type, at + begin, fmt::format("has no field {}", on_wire.number));
      if (field->required) seen.push_back(field->number);
      if (!has_type(*field, on_wire))
        return no(type, at + begin, "has another type of " + field->name);
      const std::size_t content_at = at + fields.position() - on_wire.content.size();
      if (!content_fits(type, *field, on_wire, content_at, depth)) return false;
    }
    if (!fields.ok()) return no(type, at + fields.position(), "has no field there");
    for (const ProtoField& field : type.fields)
      if (field.required && std::ranges::find(seen, field.number) == seen.end())
        return no(type, at + bytes.size(), "misses " + field.name);
    return true;
  }

 private:
  bool no(const ProtoMessage& type, std::size_t at, std::string_view what) {
    why_ = fmt::format("{} {} at byte {}", type.name, what, at);
    return false;
  }

  static bool has_type(const ProtoField& field, const FieldOnWire& on_wire) {
    if (is_packed(field, on_wire)) return true;
    return on_wire.type == wire_type(field.kind) &&
           (field.kind != Kind::boolean || on_wire.value <= 1);
  }

  bool content_fits(const ProtoMessage& type, const ProtoField& field, const FieldOnWire& on_wire,
                    std::size_t at, unsigned depth) {
    if (is_packed(field, on_wire))
      return each_packed(field.kind, on_wire.content, [](std::uint64_t, std::size_t) {}) ||
             no(type, at, "has other numbers in " + field.name);
    if (field.kind == Kind::message)
      return fits(schema_.messages[field.type], on_wire.content, at, depth + 1);
    return field.kind != Kind::text || is_utf8(as_text(on_wire.content)) ||
           no(type, at, "has no text in " + field.name);
  }

  const ProtoSchema& schema_;
  unsigned max_depth_;
  std::string& why_;
};

class Writer {
 public:
  Writer(Opener& opener, const ProtoSchema& schema) : opener_(opener), schema_(schema) {}

  bool message(const ProtoMessage& type, ByteView bytes) {
    std::string& path = opener_.path();
    const std::size_t base = path.size();
    if (bytes.empty()) opener_.scalar(FieldType::text, 0).value = "{}";
    Fields fields(bytes, false);
    FieldOnWire on_wire;
    Siblings siblings;
    bool within = true;
    while (within && fields.next(on_wire)) {
      const ProtoField* field = find(type, on_wire.number);
      if (field == nullptr) return false;
      const auto place = [&] {
        path.resize(base);
        within = within && opener_.step(field->name);
        Siblings::append(path, siblings.next(field->number));
        return within;
      };
      if (is_packed(*field, on_wire)) {
        (void)each_packed(field->kind, on_wire.content, [&](std::uint64_t value, std::size_t size) {
          if (place()) number(*field, value, size);
        });
      } else if (place()) {
        within = value(*field, on_wire);
      }
    }
    path.resize(base);
    return within;
  }

 private:
  bool value(const ProtoField& field, const FieldOnWire& on_wire) {
    switch (field.kind) {
      case Kind::text:
        opener_.text(as_text(on_wire.content), on_wire.size);
        return true;
      case Kind::bytes:
        opener_.bytes(on_wire.content, on_wire.size);
        return true;
      case Kind::message:
        return message(schema_.messages[field.type], on_wire.content);
      default:
        number(field, on_wire.value, on_wire.size);
        return true;
    }
  }

  void number(const ProtoField& field, std::uint64_t value, std::size_t wire) {
    const auto low = static_cast<std::uint32_t>(value);
    switch (field.kind) {
      case Kind::boolean:
        opener_.scalar(FieldType::boolean, wire).value = value != 0 ? "true" : "false";
        return;
      case Kind::enumeration: {
        const auto& names = schema_.enumerations[field.type];
        const auto named = names.find(static_cast<std::int32_t>(low));
        if (named == names.end()) return integer(static_cast<std::int32_t>(low), wire);
        opener_.scalar(FieldType::text, wire).value = named->second;
        return;
      }
      case Kind::int32:
      case Kind::sfixed32:
        return integer(static_cast<std::int32_t>(low), wire);
      case Kind::sint32:
        return integer(static_cast<std::int32_t>(unfolded(low)), wire);
      case Kind::int64:
      case Kind::sfixed64:
        return integer(static_cast<std::int64_t>(value), wire);
      case Kind::sint64:
        return integer(unfolded(value), wire);
      case Kind::real32:
        return append_real(opener_.scalar(FieldType::real, wire).value, std::bit_cast<float>(low));
      case Kind::real64:
        return append_real(opener_.scalar(FieldType::real, wire).value,
                           std::bit_cast<double>(value));
      case Kind::uint32:
        return integer(low, wire);
      default:
        return integer(value, wire);
    }
  }
  void integer(auto value, std::size_t wire) {
    append_number(opener_.scalar(FieldType::integer, wire).value, value);
  }

  Opener& opener_;
  const ProtoSchema& schema_;
};

/// Part by part, as MQTT's filters and the labels of findings say it.
bool matches(std::string_view where, std::string_view target) {
  for (;;) {
    const std::size_t end = where.find('/'), target_end = target.find('/');
    const std::string_view part = where.substr(0, end);
    if (part == "#" && end == std::string_view::npos) return true;
    if (part != "+" && part != "{}" && part != target.substr(0, target_end)) return false;
    if (end == std::string_view::npos || target_end == std::string_view::npos)
      return end == target_end;
    where.remove_prefix(end + 1);
    target.remove_prefix(target_end + 1);
  }
}

const ProtoMessage* bound_to(const ProtoSchema& schema, std::string_view label) {
  const std::size_t blank = label.find(' ');
  if (blank == std::string_view::npos) return nullptr;
  for (const ProtoSchema::Use& use : schema.uses)
    if (!use.where.empty() && matches(use.where, label.substr(blank + 1)))
      return &schema.messages[use.message];
  return nullptr;
}

}  // namespace

bool is_bound(const ProtoSchema& schema, std::string_view label) {
  return bound_to(schema, label) != nullptr;
}

const ProtoMessage* type_of(const ProtoSchema& schema, std::string_view label, ByteView bytes,
                            unsigned max_depth, std::string& why) {
  Fitting fitting(schema, max_depth, why);
  if (const ProtoMessage* bound = bound_to(schema, label))
    return fitting.fits(*bound, bytes, 0, 1) ? bound : nullptr;
  for (const ProtoSchema::Use& use : schema.uses) {
    const ProtoMessage& type = schema.messages[use.message];
    if (use.where.empty() && fitting.fits(type, bytes, 0, 1)) return &type;
  }
  return nullptr;
}

bool add_named(Opener& opener, const ProtoSchema& schema, const ProtoMessage& type,
               ByteView bytes) {
  return Writer(opener, schema).message(type, bytes);
}

}  // namespace brewproof::decode::protobuf
