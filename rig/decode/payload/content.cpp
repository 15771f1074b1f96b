#include "rig/decode/payload/content.h"

#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure/pairs.h"

namespace brewproof::decode {

void add_content(Message& message, Outlet& out, std::string_view part, ByteView content,
                 const ContentHints& hints) {
  if (content.empty()) return;
  const std::size_t before = message.fields.size();
  Opener(message, out, part, content.size()).content(content, hints);
  if (out.reaches_cut(content)) Outlet::mark_cut(message, before);
}

void add_value(Message& message, Outlet& out, std::string_view path, std::string_view value,
               std::size_t wire) {
  if (!worth_opening(value)) return out.text(message, path, value, wire);
  const std::size_t before = message.fields.size();
  Opener(message, out, path, wire).text(value, wire);
  if (out.reaches_cut(as_bytes(value))) Outlet::mark_cut(message, before);
}

void add_pairs(Message& message, Outlet& out, std::string_view part, std::string_view text) {
  if (text.empty()) return;
  Opener opener(message, out, part, text.size());
  opener.path() += ':';
  const std::size_t before = message.fields.size();
  read_pairs(opener, text);
  if (out.reaches_cut(as_bytes(text))) Outlet::mark_cut(message, before);
}

}  // namespace brewproof::decode
