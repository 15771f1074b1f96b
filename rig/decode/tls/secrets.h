// The secrets of TLS sessions, as programs write them into a key log: one line a secret, its label,
// the session's client random and the secret in hex (draft-ietf-tls-keylogfile; first in NSS). A
// line of our own names the local key of a Tuya device: TUYA_LOCAL_KEY, its id or *, the key as its
// 16 characters or as 32 hex digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/model/bytes.h"
#include "rig/model/tls_sessions.h"

namespace brewproof {

enum class TlsLabel : std::uint8_t {
  master,              // CLIENT_RANDOM: up to TLS 1.2
  client_early,        // CLIENT_EARLY_TRAFFIC_SECRET
  client_handshake,    // CLIENT_HANDSHAKE_TRAFFIC_SECRET
  server_handshake,    // SERVER_HANDSHAKE_TRAFFIC_SECRET
  client_application,  // CLIENT_TRAFFIC_SECRET_0
  server_application,  // SERVER_TRAFFIC_SECRET_0
};

/// Of a device that speaks Tuya's local protocol: 16 characters.
struct LocalKey {
  std::string
      device;  // its id; "*" = any. For people: a key is tried wherever it may open something
  std::array<std::uint8_t, 16> key{};
};

class TlsSecrets {
 public:
  static constexpr std::size_t max_sessions = 262144, max_devices = 64;

  /// Takes in a key log. Lines that cannot be read are left out, and the first of them is the
  /// fault: "3:15: ...", line and column, for the caller to say of which file; a secret is never
  /// repeated in it. Labels of other uses (exporters, RSA, ECH) and comments are passed over,
  /// unknown labels too, but counted. `sessions`: of which nothing was known before.
  KeyLogRead add(std::string_view key_log);

  /// No TLS session is known.
  [[nodiscard]] bool empty() const { return sessions_.empty(); }
  [[nodiscard]] const std::vector<LocalKey>& local_keys() const { return local_keys_; }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] bool knows(ByteView client_random) const;
  /// Empty where there is none.
  [[nodiscard]] ByteView find(ByteView client_random, TlsLabel label) const;

 private:
  using Random = std::array<std::uint8_t, 32>;
  struct Secret {
    std::uint8_t size = 0;
    std::array<std::uint8_t, 48> bytes;
  };
  using Session = std::array<Secret, 6>;  // by label
  struct Hash {
    std::size_t operator()(const Random& random) const {
      return std::hash<std::string_view>{}(as_text(random));
    }
  };
  [[nodiscard]] const Session* session(ByteView client_random) const;
  struct Fault {
    std::size_t column = 1;
    std::string text;
  };
  /// The fault of a line that cannot be read.
  [[nodiscard]] std::optional<Fault> add_line(std::string_view line, KeyLogRead& read);
  [[nodiscard]] std::optional<Fault> add_local_key(std::string_view behind_label, KeyLogRead& read);

  std::unordered_map<Random, Session, Hash> sessions_;
  std::vector<LocalKey> local_keys_;
};

}  // namespace brewproof
