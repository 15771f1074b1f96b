#include "rig/decode/http/mending.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/http/header_text.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_refused = 8;  // header lines that one message tells of

}  // namespace

bool read_refused_header(Incoming& incoming, std::string_view wire) {
  Outlet& out = incoming.out;
  Message& message = incoming.message;
  std::string header(wire);
  if (incoming.consumed == 0 && mend_first_line(header))
    out.malformed(message, "the first line is not what RFC 9112 asks for");
  if (end_lines_in_crlf(header)) message.notes.emplace_back("header lines end in LF without CR");
  incoming.restart(false);
  std::size_t refused = 0;
  std::string_view rest = header;
  const auto position = [&] {
    return incoming.consumed + offset_of_line(wire, std::count(rest.begin(), rest.end(), '\n'));
  };
  while (!rest.empty() && !incoming.header_done()) {
    const Incoming::Step step = incoming.put(rest);
    rest.remove_prefix(step.used);
    if (incoming.header_done() || rest.empty()) break;
    if (incoming.method.empty() && incoming.status == 0) return false;
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    if (step.state == Incoming::State::conflict && contains_ignoring_case(line, "chunked")) {
      out.malformed(message, fmt::format("both Content-Length and Transfer-Encoding, at byte {}: "
                                         "the latter holds (RFC 9112 section 6.3)",
                                         position()));
      incoming.restart(true);
      continue;
    }
    if (++refused <= max_refused) {
      out.malformed(message, fmt::format("header line at byte {}: {}; it is kept as it stands",
                                         position(), step.why));
    } else if (refused == max_refused + 1) {
      message.notes.push_back(fmt::format("more than {} such header lines", max_refused));
    }
    incoming.add_refused(line);
    rest.remove_prefix(line.size());
  }
  return true;
}

std::size_t read_padded_chunk(Incoming& incoming, std::string_view text) {
  std::string line = clean_chunk_line(text);
  if (line.empty()) return 0;
  const std::size_t size = line.size();
  const bool last = line.find_first_not_of("0\r\n") == std::string::npos;
  if (last) line += text.substr(size, max_header);  // the trailer is read with it
  const Incoming::Step step = incoming.put(line);
  if (step.used < size) return 0;
  if (!incoming.chunks_padded)
    incoming.out.malformed(
        incoming.message,
        fmt::format("more than extensions behind the size of the chunk at byte {}",
                    incoming.consumed));
  incoming.chunks_padded = true;
  return step.used;
}

}  // namespace brewproof::decode
