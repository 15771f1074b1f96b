// The controller's side of `brewproof-decode`, the process that decodes captures: it is without
// network and files but what it was given, so that what a machine sends can break nothing but it.
// Used from one thread; destroying it ends the process.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rig/process/child.h"
#include "rig/reading/position.h"
#include "rig/reading/telling.h"

namespace brewproof {

struct DecodeSettings {
  std::string program;                // path of brewproof-decode; "" = beside this program
  std::chrono::seconds patience{30};  // so long it may stand at one packet
};

/// What came of it; the messages went to the sink.
struct Decoded {
  std::vector<FileRead> files;  // as many as were ordered
  DecodeTotals totals;
  /// "" = it came to the end. Else how it died and at which packet: what is here and went to the
  /// sink is true of the captures until shortly before.
  std::string death;
};

class DecodeProcess {
 public:
  /// Error `host`: the program is missing or cannot be started.
  [[nodiscard]] static Result<DecodeProcess> start(DecodeOrder order,
                                                   const DecodeSettings& settings = {});

  /// Hands every message on and waits for the end. Error: a capture cannot be opened or is none
  /// (`bad_file`, `io`), or the process cannot be locked in (`host`). Its death is no error. Call
  /// once.
  [[nodiscard]] Result<Decoded> finish(const MessageSink& sink);

  [[nodiscard]] int pid() const { return child_.pid(); }

 private:
  DecodeProcess(std::vector<DecodeOrder::File> files, const DecodeSettings& settings, Child child,
                Position position)
      : files_(std::move(files)),
        patience_(settings.patience),
        child_(std::move(child)),
        position_(std::move(position)) {}

  /// The next batch, valid until the next call. Error: why there is none, for Decoded::death.
  Result<ByteView> receive();
  Result<void> fill(std::span<std::uint8_t> room);
  enum class Next : std::uint8_t { more, done, refused, nonsense };
  /// A whole batch or nothing of it: what is half understood is not used.
  Next take(ByteView batch, Decoded& decoded, const MessageSink& sink, Error& refusal);
  [[nodiscard]] std::string end_of_child();
  [[nodiscard]] std::string where() const;

  std::vector<DecodeOrder::File> files_;
  std::chrono::seconds patience_;
  Child child_;
  Position position_;
  Bytes batch_;
  std::vector<Message> messages_;
};

}  // namespace brewproof
