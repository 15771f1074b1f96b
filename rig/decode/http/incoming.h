// An HTTP/1 message while it arrives (RFC 9112): what its header said, its body so far, and the
// parser that reads it, which is Boost.Beast's. Kept and used again for later messages.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rig/decode/http/body.h"
#include "rig/decode/http/exchange.h"
#include "rig/decode/packet/span.h"

namespace brewproof::decode {

class Incoming {
 public:
  enum class Kind : std::uint8_t { request, response };

  Incoming(Budget& budget, Outlet& outlet);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  /// Begins a message. `bodiless`: a response to HEAD, or a 2xx to CONNECT (RFC 9112 section 6.3).
  void begin(Kind kind, bool bodiless);
  /// Empties it for the next message.
  void clear();
  [[nodiscard]] Kind kind() const { return kind_; }

  enum class State : std::uint8_t {
    done,      // the message is whole
    more,      // as far as `used`; the rest needs bytes behind it
    refused,   // the bytes behind `used` are not what the protocol says; `why` says what
    conflict,  // a Transfer-Encoding behind a Content-Length, which it overrides
  };
  struct Step {
    State state = State::more;
    std::size_t used = 0;
    std::string why;
  };
  [[nodiscard]] Step put(std::string_view bytes);
  [[nodiscard]] bool header_done() const;
  [[nodiscard]] bool done() const;
  /// Begins to read the header's next line anew, with what is known from those before it; the
  /// length of the body is forgotten when `without_length`.
  void restart(bool without_length);
  /// Takes `count` bytes of the body as never captured. False: they may not all be of the body.
  [[nodiscard]] bool skip(std::uint64_t count);
  /// The stream ended here. False: the message is not whole.
  [[nodiscard]] bool end();
  /// Takes the memory of its fields from the budget, where it is more than a little.
  void hold();
  /// The codings of the body, in the order in which they were applied: those of the content, then
  /// those of its transfer but for the chunks.
  [[nodiscard]] std::string_view codings();
  /// A header line that the parser refused, as a field.
  void add_refused(std::string_view line);

  Outlet& out;
  Message message;
  Span span;
  std::uint64_t consumed = 0;  // bytes of the message so far
  Body body;
  std::string method, target, host;  // of a request
  unsigned status = 0;               // of a response
  std::string content_length, content_type, content_encoding, transfer_encoding;
  bool chunks_padded = false;  // said so already
  std::string upgrade, websocket_protocol, websocket_extensions;

 private:
  template <bool is_request>
  class Parser;
  struct Parsers;
  void field(std::string_view name, std::string_view value, std::string_view known_path);
  void chunk_extensions(std::string_view text);
  void keep(ByteView piece);

  std::unique_ptr<Parsers> parsers_;
  Share share_;
  Kind kind_ = Kind::request;
  bool bodiless_ = false, skipping_ = false;
  unsigned muted_lines_ = 0;  // header lines to come that were told before
  bool muted_start_ = false;
  bool in_trailer_ = false;
  std::uint64_t chunk_left_ = 0;
  HeaderFields fields_;
};

}  // namespace brewproof::decode
