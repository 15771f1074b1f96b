// MessagePack (msgpack/msgpack:spec.md) by libmpack's tokenizer, which reads one item a call and
// allocates nothing; the nesting is kept, and bounded, by TreeFields. (libmsgpack-dev cannot stand
// beside Boost 1.81.) Extensions are shown as their bytes.
#include <fmt/format.h>

extern "C" {
#define bool bool  // mpack.h would make it `unsigned`
#include <mpack.h>
#undef bool
}

#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/tree_fields.h"

namespace brewproof::decode {
namespace {

bool add(TreeFields& tree, const mpack_token_t& token, ByteView content, std::size_t head) {
  switch (token.type) {
    case MPACK_TOKEN_NIL:
      return tree.word("null", FieldType::null, head);
    case MPACK_TOKEN_BOOLEAN:
      return tree.word(token.data.value.lo != 0 ? "true" : "false", FieldType::boolean, head);
    case MPACK_TOKEN_UINT:
      return tree.integer(mpack_unpack_uint(token), false, head);
    case MPACK_TOKEN_SINT: {
      const std::int64_t value = mpack_unpack_sint(token);
      return value >= 0 ? tree.integer(static_cast<std::uint64_t>(value), false, head)
                        : tree.integer(~static_cast<std::uint64_t>(value), true, head);
    }
    case MPACK_TOKEN_FLOAT:
      return token.length == 4 ? tree.real(static_cast<float>(mpack_unpack_float_fast(token)), head)
                               : tree.real(mpack_unpack_float_fast(token), head);
    case MPACK_TOKEN_ARRAY:
      return tree.begin_array(token.length);
    case MPACK_TOKEN_MAP:
      return tree.begin_map(token.length);
    case MPACK_TOKEN_STR:
      return tree.text(as_text(content), content.size());
    default:  // bin, ext
      return tree.bytes(content, content.size());
  }
}

/// One object that takes up all the bytes.
bool walk(TreeFields& tree, ByteView bytes, std::string& why) {
  std::size_t at = 0;
  const auto stop = [&](const char* what) {
    why = fmt::format("{} at byte {}", what, at);
    return false;
  };
  while (at < bytes.size()) {
    if (tree.complete()) return stop("more bytes follow");
    mpack_tokbuf_t buffer;
    mpack_tokbuf_init(&buffer);
    const char* next = as_text(bytes).data() + at;
    std::size_t left = bytes.size() - at;
    mpack_token_t token{};
    const int status = mpack_read(&buffer, &next, &left, &token);
    if (status == MPACK_EOF) return stop("it is cut off");
    if (status != MPACK_OK) return stop("no item of MessagePack");
    const std::size_t head = bytes.size() - left - at;
    ByteView content;
    if (token.type == MPACK_TOKEN_STR || token.type == MPACK_TOKEN_BIN ||
        token.type == MPACK_TOKEN_EXT) {
      if (token.length > left) return stop("it is cut off");
      content = bytes.subspan(at + head, token.length);
    }
    if (!add(tree, token, content, head)) return stop(tree.why());
    at += head + content.size();
  }
  return tree.complete() || stop("it is cut off");
}

bool declared(std::string_view type) {
  return is_subtype(type, "msgpack") || is_subtype(type, "vnd.msgpack") ||
         is_subtype(type, "messagepack");
}

/// A map or an array.
bool looks(ByteView bytes, Trust) {
  return bytes.size() >= 4 &&
         ((bytes[0] >= 0x80 && bytes[0] <= 0x9f) || (bytes[0] >= 0xdc && bytes[0] <= 0xdf));
}

bool read(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  TreeFields judge(opener, false);
  if (!walk(judge, bytes, why)) return false;
  if (!judge.convinces(trust, bytes.size())) {
    why = "it may as well be anything else";
    return false;
  }
  TreeFields tree(opener, true);
  return walk(tree, bytes, why);
}

}  // namespace

extern const Structure msgpack_structure{"msgpack", "MessagePack", {}, declared, looks, read};

}  // namespace brewproof::decode
