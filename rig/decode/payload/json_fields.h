// JSON documents as fields: one per scalar, its path a JSON Pointer (RFC 6901), its value the text
// that stood on the wire. Empty objects and arrays are fields too ("{}", "[]"). Strings are handed
// to the opener, which may find another document in them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brewproof::decode {

class Opener;

class JsonFields {
 public:
  JsonFields();
  ~JsonFields();
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// Adds the fields of `text` at opener.path(). False: it is not one well-formed JSON document
  /// (RFC 8259) or too deep; `why` says what and at which byte, and the caller takes fields back.
  [[nodiscard]] bool read(std::string_view text, Opener& opener, std::string& why);

 private:
  struct State;
  std::vector<std::unique_ptr<State>> states_;  // one for each document that is open now
  std::size_t open_ = 0;
};

}  // namespace brewproof::decode
