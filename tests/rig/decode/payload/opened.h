// What add_content makes of bytes, without packets around them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/payload/content.h"
#include "tests/rig/decode/wire.h"

namespace brewproof::decode {

/// Opens contents one after the other, as a decoder does.
class Bench {
 public:
  explicit Bench(DecodeOptions options = {}) : options_(std::move(options)) {}

  Message content(ByteView bytes, const ContentHints& hints = {},
                  std::string_view part = "payload") {
    Message message;
    message.size = bytes.size();
    const Bytes exact(bytes.begin(), bytes.end());  // a sanitizer sees any read beyond its end
    add_content(message, outlet_, part, exact, hints);
    EXPECT_LE(message.value_bytes + message.unexplained_bytes, message.size);
    return message;
  }
  Message content(std::string_view text, const ContentHints& hints = {},
                  std::string_view part = "payload") {
    return content(as_bytes(text), hints, part);
  }
  Message value(std::string_view text, std::string_view path = "query:x") {
    Message message;
    message.size = text.size();
    add_value(message, outlet_, path, text);
    return message;
  }
  Outlet& outlet() { return outlet_; }

 private:
  DecodeOptions options_;
  DecodeTotals totals_;
  Outlet outlet_{options_, totals_, [](Message&&) {}};
};

/// "path=value", one a field.
inline std::vector<std::string> lines(const Message& message) {
  std::vector<std::string> all;
  for (const Field& field : message.fields) all.push_back(field.path + "=" + field.value);
  return all;
}

inline std::vector<std::string> opened(ByteView bytes, const ContentHints& hints = {}) {
  return lines(Bench().content(bytes, hints));
}
inline std::vector<std::string> opened(std::string_view text, const ContentHints& hints = {}) {
  return opened(as_bytes(text), hints);
}

/// Cut after every byte: nothing crashes, and `whole` comes of the whole alone.
inline void check_every_cut(ByteView whole, const ContentHints& hints = {}) {
  const std::vector<std::string> all = opened(whole, hints);
  for (std::size_t keep = 0; keep < whole.size(); ++keep)
    EXPECT_NE(opened(whole.first(keep), hints), all) << "cut after " << keep;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::hex;

}  // namespace brewproof::decode
