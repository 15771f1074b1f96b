// The header blocks of one direction of a connection (RFC 7541), opened by nghttp2's inflater. Each
// may refer to fields of blocks before it: what refers to blocks that were not captured is counted
// and left out, the rest is read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode::http2 {

class HeaderBlocks {
 public:
  explicit HeaderBlocks(Budget& budget);
  ~HeaderBlocks();
  HeaderBlocks(const HeaderBlocks&) = delete;
  HeaderBlocks& operator=(const HeaderBlocks&) = delete;

  /// Blocks before the next one are not known. Also how a capture's late begin is told.
  void missed();

  using Sink = std::function<void(std::string_view name, std::string_view value)>;
  struct Result {
    std::size_t unknown = 0;  // fields that refer to what was not captured
    std::string fault;        // "" = whole
  };
  /// A field whose name alone is unknown is given the name "?".
  [[nodiscard]] Result read(ByteView block, const Sink& sink);

 private:
  struct Inflater;
  std::unique_ptr<Inflater> inflater_;
  Budget* budget_;
  bool missed_ = false;
};

}  // namespace brewproof::decode::http2
