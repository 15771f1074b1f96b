// One TLS connection as far as its keys go: what the two sides told each other in their hellos, and
// which secret opens which record. In TLS 1.3 a direction passes through stages (early data,
// handshake, application and its key updates); before, it changes keys at a ChangeCipherSpec.
//
// Records may be missing. The number of the next one is then found again by trying a bounded number
// of following ones (tries.h); where none authenticates, the rest of that direction stays sealed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/tls/hello.h"
#include "rig/decode/tls/masters.h"
#include "rig/decode/tls/opener.h"
#include "rig/decode/tls/record.h"
#include "rig/decode/tls/tries.h"

namespace brewproof::decode {

/// Why a record stays sealed.
struct TlsWhySealed {
  std::string_view word;  // as in TlsTally
  std::string_view kind;  // the same for all sessions of the kind; "" where nobody gave secrets
  std::string detail;     // of this one
};

class TlsSession {
 public:
  /// Records that may be missing between two that open.
  static constexpr std::uint64_t max_missed = 1024;

  /// `may_open`: false where records stay sealed in any case, as those inside another session.
  TlsSession(Outlet& out, bool may_open);

  void client_hello(const TlsHello& hello);
  void server_hello(const TlsHello& hello);
  /// Any other handshake message.
  void handshake(Side from, std::uint8_t type, ByteView body);
  void change_cipher_spec(Side from);

  /// As the server selected it; 0: not known yet.
  [[nodiscard]] std::uint16_t version() const { return version_; }
  /// Whether the server took up an earlier session; nullopt where its hello does not tell.
  [[nodiscard]] std::optional<bool> resumed() const { return resumed_; }

  /// Whether a record of this outer type and length is sealed.
  [[nodiscard]] bool seals(Side from, std::uint8_t type, std::size_t length) const;
  /// Some hope that sealed records of this side open.
  [[nodiscard]] bool opens(Side from) const {
    return may_open_ && !keyed_[index(from)].given_up && (!secrets_->empty() || encrypts_nothing_);
  }
  /// Opens the next record of this side; nullopt: it stays sealed, and why() tells the reason.
  [[nodiscard]] std::optional<TlsOpened> open(Side from, ByteView header, ByteView sealed);
  /// How many records were missed before the one that was opened last; nullopt: unknown.
  [[nodiscard]] std::optional<std::uint64_t> passed_over(Side from) const {
    return keyed_[index(from)].passed_over;
  }
  /// As TlsOpener::overhead().
  [[nodiscard]] std::optional<std::size_t> overhead(Side from) const;
  [[nodiscard]] const TlsWhySealed& why(Side from) const { return keyed_[index(from)].why; }
  /// Empty where it was not captured.
  [[nodiscard]] ByteView client_random() const { return client_random_; }

  /// One record of this side was not captured whole.
  void missed_one(Side from);
  /// Bytes of this side were never captured: so many records at most.
  void missed_up_to(Side from, std::uint64_t records);

 private:
  enum class Stage : std::uint8_t { none, early, handshake, application };
  struct Keyed {  // one direction
    std::unique_ptr<TlsOpener> opener;
    Bytes secret;  // 1.3
    Stage stage = Stage::none;
    std::uint64_t sequence = 0;  // of the next record, if `missed` is 0
    std::uint64_t behind = 0;    // the number behind the last one that opened under this key
    std::uint64_t missed = 0;    // at most so many numbers have to be passed over
    std::optional<std::uint64_t> passed_over;
    unsigned may_fail = 0;  // records that may fail before the direction is given up
    bool changed = false;   // a ChangeCipherSpec went by
    bool given_up = false;
    TlsWhySealed why{"no-key-log", {}, {}};
  };

  [[nodiscard]] bool prepare(Side from, Keyed& keyed, ByteView header, ByteView sealed);
  [[nodiscard]] bool prepare12(Side from, Keyed& keyed, const TlsSealing& sealing);
  [[nodiscard]] bool prepare_early(Keyed& keyed, ByteView header, ByteView sealed);
  [[nodiscard]] bool enter(Side from, Keyed& keyed, Stage stage);
  [[nodiscard]] std::optional<TlsOpened> search(Keyed& keyed, ByteView header, ByteView sealed);
  [[nodiscard]] std::optional<TlsOpened> search_later(Side from, Keyed& keyed, ByteView header,
                                                      ByteView sealed);
  void failed(Side from, Keyed& keyed);
  static void give_up(Keyed& keyed, TlsWhySealed why);
  [[nodiscard]] ByteView secret(Side from, Stage stage) const;
  [[nodiscard]] ByteView master() const;

  const TlsSecrets* secrets_;
  Bytes* room_;
  TlsMasters* masters_;
  TlsTries* tries_;
  bool may_open_;
  Bytes client_random_, server_random_, offered_session_, offered_ticket_, server_session_;
  std::uint16_t version_ = 0, cipher_ = 0;
  std::uint8_t compression_ = 0;
  bool encrypt_then_mac_ = false, early_offered_ = false, full_handshake_ = false;
  bool encrypts_nothing_ = false;  // the suite that the server selected
  std::optional<bool> resumed_;
  std::array<Keyed, 2> keyed_;
};

}  // namespace brewproof::decode
