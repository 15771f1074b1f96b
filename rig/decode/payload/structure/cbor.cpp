// CBOR (RFC 8949), and CBOR sequences (RFC 8742: items one after the other), whose path counts them
// as the elements of an array would be: `cbor:/0/x`. Read by libcbor's streaming decoder, which
// reads one item a call and allocates nothing; the nesting is kept, and bounded, by TreeFields.
// Tags are passed over: what they tag is shown as it is encoded. Texts and bytes in pieces are put
// together.
#include <cbor.h>
#include <fmt/format.h>

#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/tree_fields.h"

namespace brewproof::decode {
namespace {

class Reader {
 public:
  Reader(Opener& opener, bool adds) : tree_(opener, adds) {}

  [[nodiscard]] const TreeFields& tree() const { return tree_; }

  /// One data item that takes up all the bytes.
  bool read(ByteView bytes, std::string& why) {
    std::size_t used = 0;
    if (!read_first(bytes, used, why)) return false;
    return used == bytes.size() || stop(why, "more bytes follow", used);
  }

  /// The first data item; `used`: the bytes that it takes up.
  bool read_first(ByteView bytes, std::size_t& used, std::string& why) {
    std::size_t& at = used;
    at = 0;
    while (at < bytes.size()) {
      if (tree_.complete() && !tagged_) return true;
      const std::uint8_t first = bytes[at];
      if (const std::size_t size = unassigned(bytes.subspan(at)); size != 0) {
        if (!ok_) return stop(why, nullptr, at);
        at += size;
        continue;
      }
      item_ = bytes.subspan(at);
      const cbor_decoder_result result =
          cbor_stream_decode(item_.data(), item_.size(), &callbacks(), this);
      if (result.status == CBOR_DECODER_NEDATA) return stop(why, "it is cut off", at);
      if (result.status != CBOR_DECODER_FINISHED) return stop(why, "no item of CBOR", at);
      if (!ok_) return stop(why, nullptr, at);
      tagged_ = first >> 5 == 6;
      at += result.read;
    }
    if (tagged_ || pieces_ != Pieces::none || !tree_.complete())
      return stop(why, "it is cut off", at);
    return true;
  }

 private:
  enum class Pieces : std::uint8_t { none, text, bytes };

  bool stop(std::string& why, const char* what, std::size_t at) const {
    if (what == nullptr) what = tree_.why() != nullptr ? tree_.why() : "pieces of a text are mixed";
    why = fmt::format("{} at byte {}", what, at);
    return false;
  }

  /// Section 3.3: simple values that have no meaning yet, which libcbor refuses. How many bytes.
  std::size_t unassigned(ByteView bytes) {
    std::size_t used = 0;
    unsigned value = 0;
    if (bytes[0] >= 0xe0 && bytes[0] <= 0xf3) {
      used = 1;
      value = bytes[0] & 0x1f;
    } else if (bytes[0] == 0xf8 && bytes.size() >= 2 && bytes[1] >= 32) {
      used = 2;
      value = bytes[1];
    } else {
      return 0;
    }
    take(tree_.word(fmt::format("simple({})", value), FieldType::text, used));
    tagged_ = false;
    return used;
  }

  void take(bool went_well) { ok_ = ok_ && went_well && pieces_ == Pieces::none; }

  /// Bytes that the header and number of an item have.
  [[nodiscard]] std::size_t head() const {
    switch (item_[0] & 0x1f) {
      case 24:
        return 2;
      case 25:
        return 3;
      case 26:
        return 5;
      case 27:
        return 9;
      default:
        return 1;
    }
  }

  void text(std::string_view value) {
    if (pieces_ == Pieces::none) return take(tree_.text(value, value.size()));
    ok_ = ok_ && pieces_ == Pieces::text;
    held_.append(value);
  }
  void byte_string(ByteView value) {
    if (pieces_ == Pieces::none) return take(tree_.bytes(value, value.size()));
    ok_ = ok_ && pieces_ == Pieces::bytes;
    held_.append(as_text(value));
  }
  void begin_pieces(Pieces pieces) {
    take(true);
    pieces_ = pieces;
    held_.clear();
  }
  void end() {
    const Pieces pieces = pieces_;
    pieces_ = Pieces::none;
    if (pieces == Pieces::none) return take(tree_.end_indefinite());
    take(pieces == Pieces::text ? tree_.text(held_, held_.size())
                                : tree_.bytes(as_bytes(held_), held_.size()));
  }

  template <class Number>
  static void positive(void* self, Number value) {
    auto& reader = *static_cast<Reader*>(self);
    reader.take(reader.tree_.integer(value, false, reader.head()));
  }
  template <class Number>
  static void negative(void* self, Number value) {
    auto& reader = *static_cast<Reader*>(self);
    reader.take(reader.tree_.integer(value, true, reader.head()));
  }
  template <class Number>
  static void real(void* self, Number value) {
    auto& reader = *static_cast<Reader*>(self);
    reader.take(reader.tree_.real(value, reader.head()));
  }
  static Reader& of(void* self) { return *static_cast<Reader*>(self); }

  static const cbor_callbacks& callbacks() {
    static const cbor_callbacks all = [] {
      cbor_callbacks c = cbor_empty_callbacks;
      c.uint8 = positive<std::uint8_t>;
      c.uint16 = positive<std::uint16_t>;
      c.uint32 = positive<std::uint32_t>;
      c.uint64 = positive<std::uint64_t>;
      c.negint8 = negative<std::uint8_t>;
      c.negint16 = negative<std::uint16_t>;
      c.negint32 = negative<std::uint32_t>;
      c.negint64 = negative<std::uint64_t>;
      c.float2 = real<float>;
      c.float4 = real<float>;
      c.float8 = real<double>;
      c.string = [](void* self, cbor_data bytes, std::size_t size) {
        of(self).text(as_text(ByteView(bytes, size)));
      };
      c.byte_string = [](void* self, cbor_data bytes, std::size_t size) {
        of(self).byte_string(ByteView(bytes, size));
      };
      c.string_start = [](void* self) { of(self).begin_pieces(Pieces::text); };
      c.byte_string_start = [](void* self) { of(self).begin_pieces(Pieces::bytes); };
      c.array_start = [](void* self, std::size_t count) {
        of(self).take(of(self).tree_.begin_array(count));
      };
      c.map_start = [](void* self, std::size_t count) {
        of(self).take(of(self).tree_.begin_map(count));
      };
      c.indef_array_start = [](void* self) { of(self).take(of(self).tree_.begin_array({})); };
      c.indef_map_start = [](void* self) { of(self).take(of(self).tree_.begin_map({})); };
      c.indef_break = [](void* self) { of(self).end(); };
      c.boolean = [](void* self, bool value) {
        of(self).take(of(self).tree_.word(value ? "true" : "false", FieldType::boolean, 1));
      };
      c.null = [](void* self) { of(self).take(of(self).tree_.word("null", FieldType::null, 1)); };
      c.undefined = [](void* self) {
        of(self).take(of(self).tree_.word("undefined", FieldType::null, 1));
      };
      c.tag = [](void* self, std::uint64_t) { of(self).take(true); };
      return c;
    }();
    return all;
  }

  TreeFields tree_;
  ByteView item_;
  bool ok_ = true, tagged_ = false;
  Pieces pieces_ = Pieces::none;
  std::string held_;
};

bool declared(std::string_view type) { return is_subtype(type, "cbor"); }

/// A map, an array, or the tag that says "this is CBOR" (section 3.4.6).
bool looks(ByteView bytes, Trust) {
  if (bytes.size() < 4) return false;
  const unsigned type = bytes[0] >> 5;
  return type == 4 || type == 5 || (bytes[0] == 0xd9 && bytes[1] == 0xd9 && bytes[2] == 0xf7);
}

bool read(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  if (trust != Trust::declared && bytes[0] == 0xd9) trust = Trust::declared;
  Reader judge(opener, false);
  if (!judge.read(bytes, why)) return false;
  if (!judge.tree().convinces(trust, bytes.size())) {
    why = "it may as well be anything else";
    return false;
  }
  return Reader(opener, true).read(bytes, why);
}

bool declared_sequence(std::string_view type) { return is_subtype(type, "cbor-seq"); }

/// Without a declaration two items at least, each of which would be believed alone.
bool read_items(Opener& opener, ByteView bytes, Trust trust, bool adds, std::string& why) {
  const std::size_t base = opener.path().size();
  std::size_t count = 0;
  for (std::size_t used = 0; !bytes.empty(); bytes = bytes.subspan(used), ++count) {
    if (adds && !opener.step(count)) return false;
    Reader item(opener, adds);
    if (!item.read_first(bytes, used, why)) {
      why = fmt::format("item {}: {}", count, why);
      return false;
    }
    if (!item.tree().convinces(trust, used)) {
      why = fmt::format("item {} may as well be anything else", count);
      return false;
    }
    opener.path().resize(base);
  }
  why = "it is a single item";
  return count > (trust == Trust::declared ? 0u : 1u);
}

bool read_sequence(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  return read_items(opener, bytes, trust, false, why) &&
         read_items(opener, bytes, trust, true, why);
}

}  // namespace

extern const Structure cbor_structure{"cbor", "CBOR", {}, declared, looks, read};
extern const Structure cbor_sequence_structure{"cbor", "a CBOR sequence", {}, declared_sequence,
                                               looks,  read_sequence};

}  // namespace brewproof::decode
