// Protocol Buffers without their schema (protobuf.dev "Encoding"), as `protobuf:/2/1`; a field that
// comes again is `/2[2]`. Numbers are shown as whole ones, four and eight fixed bytes as the real
// number they are where it has an everyday size. What stands behind a length is text where it can
// be read, a message where it is one by its numbers, else bytes.
//
// The format has no magic and hardly any redundancy, so that evidence is counted in bits: how
// seldom would random bytes do the same? Known writers put fields in order and use the shortest
// form.
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/structure/protobuf_named.h"
#include "rig/decode/payload/structure/protobuf_wire.h"
#include "rig/decode/payload/structure/siblings.h"
#include "rig/decode/payload/tree_fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

using namespace protobuf;

// Bits that must speak for a content of its own, for one out of a value that may be a random id,
// and for a message inside another.
constexpr unsigned enough_whole = 16, enough_embedded = 26, enough_inside = 9;

enum class Kind : std::uint8_t { text, message, bytes };  // of what stands behind a length

/// Decides what stands behind each length, in the order of the wire.
class Judge {
 public:
  explicit Judge(unsigned max_depth) : max_depth_(max_depth) {}

  [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }
  [[nodiscard]] std::size_t stopped_at() const { return stopped_at_; }
  [[nodiscard]] bool too_deep() const { return too_deep_; }

  /// How many bits speak for a message; nullopt: it is none.
  std::optional<unsigned> message(ByteView bytes, bool strict, unsigned depth) {
    too_deep_ |= depth > max_depth_;
    if (bytes.empty() || depth > max_depth_) return std::nullopt;
    Fields fields(bytes, strict);
    FieldOnWire field;
    unsigned bits = 0;
    std::uint64_t last = 0;
    bool ends_by_length = false;
    while (fields.next(field)) {
      const std::uint64_t step = field.number - last;
      bits += step == 1 ? 6 : step <= 3 ? 4 : field.number <= 15 ? 2 : 1;
      last = field.number;
      ends_by_length = field.type == 2;
      if (field.type == 2) bits += kind(field.content, depth);
      bits = std::min(bits, 1000u);
    }
    stopped_at_ = fields.position();
    if (!fields.ok()) return std::nullopt;
    return bits + (ends_by_length ? 6 : 3);
  }

 private:
  unsigned kind(ByteView content, unsigned depth) {
    const std::size_t place = kinds_.size();
    kinds_.push_back(Kind::text);
    const bool readable = is_readable(as_text(content));
    // A message in a message may begin with a line end or a tab, and go on readably.
    const bool odd = !content.empty() && content[0] < 0x20;
    if (!readable || odd) {
      if (const auto inner = message(content, true, depth + 1); inner && *inner >= enough_inside) {
        kinds_[place] = Kind::message;
        return *inner;
      }
      kinds_.resize(place + 1);
    }
    if (readable) return static_cast<unsigned>(std::min<std::size_t>(content.size(), 64));
    kinds_[place] = Kind::bytes;
    return 0;
  }

  unsigned max_depth_;
  std::vector<Kind> kinds_;
  std::size_t stopped_at_ = 0;
  bool too_deep_ = false;
};

/// Four or eight bytes are a real number where that has a size that people use.
template <class Real, class Bits>
void append_fixed(Opener& opener, Bits bits, std::size_t wire) {
  static_assert(sizeof(Real) == sizeof(Bits));
  constexpr Real least = Real(1e-6), most = sizeof(Real) == 4 ? Real(1e9) : Real(1e15);
  Real value;
  std::memcpy(&value, &bits, sizeof value);
  const Real size = std::abs(value);
  if (size >= least && size < most) {
    append_real(opener.scalar(FieldType::real, wire).value, value);
  } else {
    append_number(opener.scalar(FieldType::integer, wire).value, bits);
  }
}

class Writer {
 public:
  Writer(Opener& opener, const std::vector<Kind>& kinds) : opener_(opener), kinds_(kinds) {}

  bool message(ByteView bytes, bool strict) {
    std::string& path = opener_.path();
    const std::size_t base = path.size();
    Fields fields(bytes, strict);
    FieldOnWire field;
    Siblings siblings;
    while (fields.next(field)) {
      if (!opener_.step(static_cast<std::size_t>(field.number))) return false;
      Siblings::append(path, siblings.next(field.number));
      if (!value(field)) return false;
      path.resize(base);
    }
    return true;
  }

 private:
  bool value(const FieldOnWire& field) {
    switch (field.type) {
      case 0: {
        std::string& text = opener_.scalar(FieldType::integer, field.size).value;
        // A negative int32 or int64 is written as ten bytes.
        if (field.value > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
          append_number(text, static_cast<std::int64_t>(field.value));
        else
          append_number(text, field.value);
        return true;
      }
      case 1:
        append_fixed<double>(opener_, field.value, field.size);
        return true;
      case 5:
        append_fixed<float>(opener_, static_cast<std::uint32_t>(field.value), field.size);
        return true;
      default:
        break;
    }
    switch (kinds_[next_++]) {
      case Kind::text:
        opener_.text(as_text(field.content), field.size);
        return true;
      case Kind::message:
        return message(field.content, true);
      case Kind::bytes:
        opener_.bytes(field.content, field.size);
        return true;
    }
    return false;
  }

  Opener& opener_;
  const std::vector<Kind>& kinds_;
  std::size_t next_ = 0;
};

bool declared(std::string_view type) {
  return contains_ignoring_case(type, "protobuf") || is_subtype(type, "proto");
}

/// A first tag of one byte, of a type in use.
bool looks(ByteView bytes, Trust) {
  if (bytes.size() < 2 || bytes[0] < 0x08 || bytes[0] > 0x7f) return false;
  const unsigned type = bytes[0] & 7;
  return type <= 2 || type == 5;
}

/// What .proto files name. A value that may be a random id must look like a message as well.
const ProtoMessage* named_type(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  const ProtoSchema& schema = opener.out().options.protos;
  if (schema.empty()) return nullptr;
  if (trust == Trust::embedded) {
    const auto bits = Judge(opener.max_depth()).message(bytes, true, 1);
    if (!bits || *bits < enough_whole) return nullptr;
  }
  return type_of(schema, trust == Trust::embedded ? std::string_view() : opener.message().message,
                 bytes, opener.max_depth(), why);
}

bool read(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  const bool strict = trust != Trust::declared;
  if (strict && is_readable(as_text(bytes))) return false;  // text is text
  std::string unnamed;
  if (const ProtoMessage* type = named_type(opener, bytes, trust, unnamed))
    return add_named(opener, opener.out().options.protos, *type, bytes);
  if (!strict && !unnamed.empty())
    Outlet::note(opener.message(),
                 fmt::format("{} no type of the .proto fits: {}", opener.path(), unnamed));
  constexpr std::size_t shortest = 4;
  if (strict && bytes.size() < shortest) return false;
  Judge judge(opener.max_depth());
  const auto bits = judge.message(bytes, strict, 1);
  if (!bits) {
    why = unnamed.empty() ? fmt::format("no field at byte {}", judge.stopped_at()) : unnamed;
    return false;
  }
  if (strict && *bits < (trust == Trust::whole ? enough_whole : enough_embedded)) return false;
  if (judge.too_deep())
    Outlet::note(opener.message(), fmt::format("{}: nesting is deeper than {}: the rest is bytes",
                                               opener.path(), opener.max_depth()));
  return Writer(opener, judge.kinds()).message(bytes, strict);
}

}  // namespace

extern const Structure protobuf_structure{"protobuf", "protobuf", {}, declared, looks, read};

}  // namespace brewproof::decode
