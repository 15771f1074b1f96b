// Any bytes as what a message carries: the first names the media type, the second the content
// coding that the protocol told.
#include "rig/decode/payload/content.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

using namespace brewproof::decode;

void payload(ByteView bytes) {
  static constexpr std::string_view types[] = {"",
                                               "application/json",
                                               "application/x-www-form-urlencoded",
                                               "text/plain; charset=utf-8",
                                               "application/octet-stream",
                                               "application/cbor",
                                               "application/x-protobuf",
                                               "application/msgpack",
                                               "text/xml",
                                               "application/x-ndjson",
                                               "multipart/form-data; boundary=b",
                                               "application/cbor-seq"};
  static constexpr std::string_view codings[] = {"",     "gzip",     "deflate",   "br",
                                                 "zstd", "identity", "gzip, gzip"};
  if (bytes.size() < 2) return;
  DecodeOptions options;
  options.max_buffer = 64 << 10;
  DecodeTotals totals;
  Outlet out(options, totals, [](Message&&) {});
  Flow flow;
  Message message;
  out.begin(message, flow, Side::client, {}, "http");
  const Bytes content = exact(bytes.subspan(2));
  message.size = content.size();
  add_content(message, out, "body", content,
              {types[bytes[0] % std::size(types)], codings[bytes[1] % std::size(codings)]});
  if (message.fields.size() > max_fields) wrong("a message has more fields than it may");
  if (message.value_bytes + message.unexplained_bytes > content.size())
    wrong("a byte of the content is counted twice");
}

}  // namespace brewproof::fuzz
