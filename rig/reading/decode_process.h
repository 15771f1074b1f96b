// The controller's side of `brewproof-decode`, the process that decodes captures: it is without
// network and files but what it was given, so that what a machine sends can break nothing but it.
// Used from one thread at a time; destroying it ends the process.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/decoder_fault.h"
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
  std::optional<DecoderFault> fault;  // the same for programs
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

  // Of one whose order follows a capture, in place of finish(); none of these waits.

  /// Takes as many of the capture's next bytes as there is room for, maybe none. Error: it takes
  /// no more; listen() tells why.
  [[nodiscard]] Result<std::size_t> feed(ByteView bytes);
  /// The capture ends here: what is still open is told, then `done`.
  void end_of_capture() { child_.close_stdin(); }
  /// Hands on what was told by now, and in `decoded` how far it is. False: it came to its end, or
  /// died (Decoded::death). Error as finish().
  [[nodiscard]] Result<bool> listen(Decoded& decoded, const MessageSink& sink);
  /// Changes while it works; it has nothing to do where it told of all packets that it was fed.
  [[nodiscard]] std::uint64_t moves() const { return position_.moves(); }
  /// Where in the captures it is: ", at packet 7 of x.pcapng (byte 512)".
  [[nodiscard]] std::string where() const;
  /// For poll(2): room to feed, something to listen to.
  [[nodiscard]] int feed_end() const { return child_.stdin_end(); }
  [[nodiscard]] int listen_end() const { return child_.stdout_end(); }

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
  /// The same, where each piece of it is waited for so long at most; nullopt: one did not come, and
  /// the next call goes on.
  Result<std::optional<ByteView>> gather(std::chrono::milliseconds within);
  enum class Next : std::uint8_t { more, done, refused, nonsense };
  /// A whole batch or nothing of it: what is half understood is not used.
  Next take(ByteView batch, Decoded& decoded, const MessageSink& sink, Error& refusal);
  /// Takes it; false: it was the last, or the child is dead.
  Result<bool> take_in(const Result<ByteView>& batch, Decoded& decoded, const MessageSink& sink);
  [[nodiscard]] std::string end_of_child();
  /// The packet that it is at; nullopt: it told of none.
  [[nodiscard]] std::optional<PacketPlace> place() const;

  std::vector<DecodeOrder::File> files_;
  std::chrono::seconds patience_;
  Child child_;
  Position position_;
  Bytes batch_;  // with its length before it
  std::size_t gathered_ = 0;
  std::vector<Message> messages_;
  DecoderFault fault_{"nonsense", {}, {}, {}};  // what it is if it is one now
};

}  // namespace brewproof
