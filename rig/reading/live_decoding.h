// A capture decoded while it is written, for people who watch. A thread of its own reads the
// segments as they grow, feeds a decoder (decode_process.h) and hands on what that tells. Neither
// the capture nor the thread that controls ever waits for it, and nothing of it is evidence: a
// decoder that dies or stands still ends this alone, and whoever proves something decodes the files
// anew.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/reading/decode_process.h"

namespace brewproof {

class LiveDecoding {
 public:
  /// Called in the thread of its own.
  struct Listener {
    std::function<void(const Message&)> message;
    std::function<void(const DecodeTotals&)> totals;    // after messages, and without any
    std::function<void(const std::string& why)> ended;  // before its time; nothing comes after it
  };

  /// What is followed: the captures in a folder, beginning with the newest, which must be there,
  /// written by our own PcapngWriter; and what is appended to key logs from now on.
  struct Sources {
    std::string folder;
    std::vector<std::string> key_logs;
  };

  /// Of `order` the files do not count. Error: the folder cannot be read or the decoder not be
  /// started.
  [[nodiscard]] static Result<LiveDecoding> start(const Sources& sources, DecodeOrder order,
                                                  Listener listener,
                                                  const DecodeSettings& settings = {});
  LiveDecoding(LiveDecoding&&) noexcept;
  LiveDecoding& operator=(LiveDecoding&&) noexcept;
  ~LiveDecoding();  // at once, whatever was not told yet

  [[nodiscard]] int pid() const;  // of the decoder

 private:
  struct State;
  explicit LiveDecoding(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
