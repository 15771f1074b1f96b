// Opens sealed records of one direction under one key. What does not authenticate does not open.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rig/decode/tls/keys.h"
#include "rig/decode/tls/suite.h"

namespace brewproof::decode {

struct TlsOpened {
  std::uint8_t type = 0;  // in 1.3 the inner one
  ByteView content;       // valid until the next call
};

class TlsOpener {
 public:
  virtual ~TlsOpener() = default;
  /// `header`: the five bytes before `sealed`. nullopt: it failed authentication under this number.
  /// Opening changes nothing: other numbers may be tried.
  [[nodiscard]] virtual std::optional<TlsOpened> open(ByteView header, ByteView sealed,
                                                      std::uint64_t sequence) = 0;
  /// The record went by, opened or not; empty: it was not captured whole.
  virtual void went_by(ByteView /*sealed*/) {}
  /// How many bytes sealing adds to a record's content; nullopt where it depends on the content.
  [[nodiscard]] virtual std::optional<std::size_t> overhead() const { return std::nullopt; }
  /// False: every record opens, under any number.
  [[nodiscard]] virtual bool authenticates() const { return true; }
};

/// nullptr where OpenSSL has no such cipher. `room` holds opened content and is shared by all.
[[nodiscard]] std::unique_ptr<TlsOpener> make_aead_opener(const TlsSealing& sealing,
                                                          std::uint16_t version, TlsKeys keys,
                                                          Bytes& room);
[[nodiscard]] std::unique_ptr<TlsOpener> make_cbc_opener(const TlsSealing& sealing,
                                                         std::uint16_t version,
                                                         bool encrypt_then_mac, TlsKeys keys,
                                                         Bytes& room);
/// Of a suite that encrypts nothing; without keys its records are not authenticated.
[[nodiscard]] std::unique_ptr<TlsOpener> make_null_opener(const TlsSealing& sealing,
                                                          const TlsKeys& keys);

}  // namespace brewproof::decode
