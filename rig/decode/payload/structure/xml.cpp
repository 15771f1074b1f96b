// XML 1.0 by expat, as `xml:/order/item[2]/price` and `xml:/order/@id`. Entities that a document
// defines itself are refused: they are how a small one unfolds to gigabytes, and no machine's
// message needs them. Nothing outside the document is read.
#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/payload/structure/siblings.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

struct Free {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

class Walk {
 public:
  Walk(Opener& opener, XML_Parser parser) : opener_(opener), parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser,
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<Walk*>(self)->begin(name, attributes);
        },
        [](void* self, const XML_Char*) { static_cast<Walk*>(self)->end(); });
    XML_SetCharacterDataHandler(parser, [](void* self, const XML_Char* text, int size) {
      static_cast<Walk*>(self)->characters({text, static_cast<std::size_t>(size)});
    });
    XML_SetEntityDeclHandler(
        parser, [](void* self, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                   const XML_Char*, const XML_Char*, const XML_Char*) {
          static_cast<Walk*>(self)->stop("it defines entities, which are not expanded");
        });
  }

  [[nodiscard]] const char* why() const { return why_; }

 private:
  struct Element {
    std::size_t path = 0;  // length of the path before it
    std::string text;
    std::size_t wire = 0;  // bytes of the text
    bool leaf = true;
    Siblings children;
  };

  void stop(const char* why) {
    if (why_ != nullptr) return;
    why_ = why;
    opener_.limit_reached();
    XML_StopParser(parser_, XML_FALSE);
  }

  /// Bytes of the tag or text that expat is at.
  [[nodiscard]] std::size_t bytes_now() const {
    return static_cast<std::size_t>(std::max(0, XML_GetCurrentByteCount(parser_)));
  }

  void begin(const XML_Char* name, const XML_Char** attributes) {
    if (why_ != nullptr) return;
    if (open_.size() >= opener_.max_depth()) return stop("nesting is too deep");
    std::string& path = opener_.path();
    const std::size_t base = path.size();
    if (!opener_.step(name)) return stop("a field path is too long");
    if (!open_.empty()) {
      open_.back().leaf = false;
      Siblings::append(path, open_.back().children.next(std::string_view(name)));
    }
    Element element;
    element.path = base;
    const std::size_t own = path.size();
    std::size_t left =
        bytes_now();  // of the tag: values were longer or shorter in another encoding
    for (; *attributes != nullptr; attributes += 2) {
      path += "/@";
      append_pointer_token(path, std::string_view(attributes[0]).substr(0, max_key));
      const std::string_view value = attributes[1];
      const std::size_t wire = std::min(value.size(), left);
      left -= wire;
      opener_.text(value, wire);
      path.resize(own);
      element.leaf = false;
    }
    open_.push_back(std::move(element));
  }

  void characters(std::string_view text) {
    if (open_.empty() || why_ != nullptr) return;
    open_.back().text.append(text);
    open_.back().wire += bytes_now();
  }

  void end() {
    if (open_.empty() || why_ != nullptr) return;
    const Element& element = open_.back();
    const std::string_view text = trim(element.text, white_space);
    const std::size_t white = element.text.size() - text.size();
    if (!text.empty() || element.leaf)
      opener_.text(text, element.wire - std::min(white, element.wire));
    opener_.path().resize(element.path);
    open_.pop_back();
  }

  Opener& opener_;
  XML_Parser parser_;
  std::vector<Element> open_;
  const char* why_ = nullptr;
};

bool declared(std::string_view type) { return is_subtype(type, "xml"); }

bool looks(ByteView bytes, Trust) {
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = skip_white(text);
  if (text.size() < 4 || text[0] != '<') return false;
  for (const std::string_view page : {"<!doctype html", "<html"})
    if (equal_ignoring_case(text.substr(0, page.size()), page)) return false;
  const char c = text[1];
  return c == '?' || c == '!' || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool read(Opener& opener, ByteView bytes, Trust, std::string& why) {
  // What is UTF-8 is read so, whatever it says of itself: it may have been put into it by a codec.
  const std::unique_ptr<XML_ParserStruct, Free> parser(
      XML_ParserCreate(is_utf8(as_text(bytes)) ? "UTF-8" : nullptr));
  if (parser == nullptr) {
    why = "expat could not start";
    return false;
  }
  Walk walk(opener, parser.get());
  const auto status =
      XML_Parse(parser.get(), as_text(bytes).data(), static_cast<int>(bytes.size()), XML_TRUE);
  if (status == XML_STATUS_OK && walk.why() == nullptr) return true;
  why = fmt::format(
      "{} at byte {}",
      walk.why() != nullptr ? walk.why() : XML_ErrorString(XML_GetErrorCode(parser.get())),
      XML_GetErrorByteIndex(parser.get()));
  return false;
}

}  // namespace

extern const Structure xml_structure{"xml", "XML", {}, declared, looks, read};

}  // namespace brewproof::decode
