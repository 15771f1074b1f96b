// JSON documents as fields: one per scalar, its path a JSON Pointer (RFC 6901), its value the text
// that stood on the wire. Empty objects and arrays are fields too ("{}", "[]").
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rig/model/message.h"

namespace brewproof::decode {

class Outlet;

class JsonFields {
 public:
  JsonFields();
  ~JsonFields();
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// Adds the fields of `text` to `message` under `prefix` ("body|json:"). False: it is not one
  /// well-formed JSON document (RFC 8259) or too deep; then no field was added and `why` says
  /// what and at which byte.
  [[nodiscard]] bool read(std::string_view text, std::string_view prefix, unsigned max_depth,
                          Message& message, Outlet& out, std::string& why);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace brewproof::decode
