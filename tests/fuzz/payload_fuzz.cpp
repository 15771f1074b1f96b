// Any bytes as the content of a message: the first byte chooses what is said of it.
#include <cstddef>
#include <cstdint>

#include "rig/decode/payload/content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace brewproof;
  using decode::ContentHints;
  if (size == 0) return 0;
  static constexpr ContentHints said[] = {{},
                                          {"application/json"},
                                          {"application/x-ndjson"},
                                          {"application/xml"},
                                          {"application/cbor"},
                                          {"application/x-msgpack"},
                                          {"application/x-protobuf"},
                                          {"application/x-www-form-urlencoded"},
                                          {"multipart/form-data; boundary=b"},
                                          {{}, "gzip"},
                                          {{}, "deflate"},
                                          {{}, "br"},
                                          {{}, "zstd"},
                                          {{}, "gzip, br"}};
  const ContentHints& hints = said[bytes[0] % std::size(said)];
  const ByteView content(bytes + 1, size - 1);
  DecodeOptions options;
  options.max_buffer = 1 << 20;
  DecodeTotals totals;
  decode::Outlet out(options, totals, [](Message&&) {});
  Message message;
  message.message = "fuzz";
  decode::add_content(message, out, "body", content, hints);
  // No byte is counted twice, and what was said of a field is bounded.
  if (message.value_bytes + message.unexplained_bytes > content.size()) __builtin_trap();
  if (message.fields.size() > decode::max_fields) __builtin_trap();
  return 0;
}
