// Where rooms write their messages: fills what every message has, adds fields, hands it to the
// decoder's sink. Owned by the decoder, one thread. A sink that leaves a message in place lets its
// memory be used again.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/decoder.h"
#include "rig/decode/names.h"
#include "rig/decode/packet/flow.h"
#include "rig/decode/payload/memory.h"
#include "rig/decode/repeats.h"
#include "rig/decode/stream/held_bytes.h"
#include "rig/decode/surplus.h"
#include "rig/decode/uplink.h"

namespace brewproof::decode {

/// Fields that one message may have; more are counted in a note.
inline constexpr std::size_t max_fields = 4096;
/// Bytes of a value that is kept whole; longer ones are cut and a note says so.
inline constexpr std::size_t max_value = 4096;

class Outlet {
 public:
  Outlet(const DecodeOptions& given_options, DecodeTotals& given_totals, MessageSink sink)
      : options(given_options), totals(given_totals), sink_(std::move(sink)) {}

  const DecodeOptions& options;
  DecodeTotals& totals;
  Names names;
  Repeats repeats;
  Uplink uplink;
  Budget budget;
  PayloadMemory payload;

  /// What a room keeps for as long as the decoder lives, one of each type: memory that is used
  /// again, tables over all flows.
  template <class T>
  T& memory() {
    static const std::size_t at = next_memory();
    if (at >= memory_.size()) memory_.resize(at + 1);
    std::shared_ptr<void>& slot = memory_[at];
    if (slot == nullptr) slot = std::make_shared<T>();
    return *static_cast<T*>(slot.get());
  }

  /// A message for rooms that finish it at once; begun anew by every call.
  Message& begin(const Flow& flow, Side from, const Span& span, std::string_view protocol) {
    begin(scratch_, flow, from, span, protocol);
    return scratch_;
  }
  /// Empties `message` and fills in who, when, where and which protocol.
  void begin(Message& message, const Flow& flow, Side from, const Span& span,
             std::string_view protocol);
  /// The times and places again, once all bytes of the message were seen.
  static void stamp(Message& message, const Span& span);

  /// The bytes in hand end here because the capture cut them: values that reach it are marked. One
  /// that was copied out of an encoding has no place in them (mark_cut).
  void cut_at(const std::uint8_t* end) { cut_end_ = end; }
  [[nodiscard]] bool reaches_cut(ByteView bytes) const {
    return cut_end_ != nullptr && bytes.data() + bytes.size() == cut_end_;
  }
  /// Marks the last field that was added since there were `before`.
  static void mark_cut(Message& message, std::size_t before) {
    if (message.fields.size() > before) message.fields.back().cut = true;
  }

  // A field's bytes on the wire count as the message's value_bytes: of text and content the value's
  // own length where nothing else is said, of the others what the caller says; its key, length and
  // quotes are the protocol's.

  /// A new field with an empty value, to be filled by the caller; `wire` bytes told its value.
  Field& field(Message& message, std::string_view path, FieldType type = FieldType::text,
               std::size_t wire = 0);
  void text(Message& message, std::string_view path, std::string_view value);
  void text(Message& message, std::string_view path, std::string_view value, std::size_t wire);
  void integer(Message& message, std::string_view path, std::int64_t value, std::size_t wire = 0);
  /// Text where it is readable, else hex; cut at max_value bytes with a note.
  void content(Message& message, std::string_view path, ByteView value);
  /// The same for what nothing more is known of: bytes that are not text count as unexplained.
  /// False: that they are.
  bool unread(Message& message, std::string_view path, ByteView value);
  void count_value(Message& message, std::size_t wire) const {
    if (inside_ == 0) message.value_bytes += wire;
  }
  void count_unexplained(Message& message, std::size_t wire) const {
    if (inside_ == 0) message.unexplained_bytes += wire;
  }

  /// What was added so far, to go back to when what looked like a structure turns out to be none.
  struct Mark {
    std::size_t fields = 0, notes = 0;
    std::uint64_t value_bytes = 0, unexplained_bytes = 0;
  };
  static Mark mark(const Message& message) {
    return {message.fields.size(), message.notes.size(), message.value_bytes,
            message.unexplained_bytes};
  }
  static void back_to(Message& message, const Mark& mark);

  /// A limit reached, an oddity; at most 32 a message, and not the same twice in a row.
  static void note(Message& message, std::string_view text);

  /// While it lives, fields count no bytes: they stand inside an encoding (gzip, base64, TLS) whose
  /// bytes on the wire were counted as a whole.
  class Inside {
   public:
    explicit Inside(Outlet& out) : out_(&out) { ++out_->inside_; }
    ~Inside() { --out_->inside_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Outlet* out_;
  };

  /// Marks the message malformed; the note says what and where.
  void malformed(Message& message, std::string note);

  /// A party told the other's name (SNI, Host).
  void name_party(Flow& flow, Side side, std::string_view name);

  /// Completes the message and hands it out.
  void send(Message& message, const Flow& flow);
  /// The same with a message that a room held back.
  void send_held(Message&& message, const Flow& flow);
  /// Completes it and holds it back until it is released, or waited for too long. What `message`
  /// holds then is to be begun anew.
  void hold(const RepeatKey& key, Message& message, const Flow& flow);
  /// Hands out what was held back of this exchange and id, if anything was.
  void release(const Exchange& exchange, std::uint32_t id);
  /// Hands out all that was held back.
  void release_all();
  /// Hands out what was told together of a flow that is over.
  void end_flow(const Flow& flow);

 private:
  void empty(Message& message);
  void complete(Message& message, const Flow& flow) const;
  bool folds(Message& message, const Flow& flow);
  void hand_out(Message& message);
  static std::size_t next_memory();
  void take_spare(std::string& to);
  void assign(std::string& to, std::string_view text);
  bool readable_or_hex(Message& message, std::string_view path, ByteView value);

  MessageSink sink_;
  Surplus surplus_;
  Message scratch_;
  Field beyond_;  // takes what is beyond max_fields
  // Long paths and values of messages that are over, for the next ones: two fields in five have a
  // path that is too long for the string itself.
  std::vector<std::string> spare_;
  std::vector<std::shared_ptr<void>> memory_;  // by type
  unsigned inside_ = 0;
  const std::uint8_t* cut_end_ = nullptr;
};

}  // namespace brewproof::decode
