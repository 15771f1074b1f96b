#include "rig/reading/proto_wish.h"

namespace brewproof {

ProtoWish parse_wish(std::string_view text) {
  ProtoWish wish;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    wish.where = text.substr(at + 1);
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    wish.message = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  wish.file = text;
  return wish;
}

std::vector<ProtoWish> parse_wishes(const std::vector<std::string>& texts) {
  std::vector<ProtoWish> wishes;
  for (const std::string& text : texts) wishes.push_back(parse_wish(text));
  return wishes;
}

std::string wish_text(const ProtoWish& wish) {
  std::string text = wish.file;
  if (!wish.message.empty()) text += ":" + wish.message;
  if (!wish.where.empty()) text += "@" + wish.where;
  return text;
}

}  // namespace brewproof
