// Two OpenSSL peers in memory: a real client and a real server whose records are kept in the order
// in which they were sent, with the key log that they write. What they seal is opened from it.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {

struct PeerSetup {
  int version = TLS1_3_VERSION;
  std::string suites = {};  // OpenSSL's names; empty: its own choice
  std::string alpn = {};    // of one protocol; empty: none
  bool tickets = true;
  bool early_data = false;
  std::uint64_t client_options = 0, server_options = 0;
  std::string groups = {};  // of the server; empty: its own choice
  int padding = 0;          // TLS 1.3: content is padded to multiples of it
};

/// A client and a server that may meet several times: what they remember of each other is here.
class PeerPair {
 public:
  explicit PeerPair(const PeerSetup& setup);
  ~PeerPair();
  PeerPair(const PeerPair&) = delete;
  PeerPair& operator=(const PeerPair&) = delete;

  std::string key_log;
  SSL_SESSION* session = nullptr;  // the client's last one

 private:
  friend class Peers;
  std::shared_ptr<SSL_CTX> client_, server_;
  PeerSetup setup_;
};

/// What one side sent at once.
struct Flight {
  bool up = false;
  Bytes bytes;
};

/// One connection.
class Peers {
 public:
  explicit Peers(PeerPair& pair, bool resume = false);

  /// Early data of a resumed TLS 1.3 session: before shake_hands().
  void early(std::string_view text);
  /// False where the two find no common ground.
  [[nodiscard]] bool shake_hands();
  void up(std::string_view text);
  void down(std::string_view text);
  void update_keys(bool up);
  void renegotiate();
  void close();

  [[nodiscard]] std::vector<Flight> flights() const { return flights_; }
  [[nodiscard]] Bytes sent(bool up) const;
  [[nodiscard]] SSL* client() const { return client_.get(); }

 private:
  void carry();
  void write(bool up, std::string_view text);
  std::shared_ptr<SSL> client_, server_;
  std::vector<Flight> flights_;
};

/// Decodes the flights, each in a segment of its own, as a connection of the machine to port 443.
struct Decoded {
  std::vector<Message> messages;
  DecodeTotals totals;
  /// Bytes of messages and of what seals them.
  std::uint64_t up = 0, down = 0;
};
[[nodiscard]] TlsSecrets secrets_of(std::string_view key_log);
[[nodiscard]] Decoded decode(const std::vector<Flight>& flights, std::string_view key_log);

/// The labels of application messages: "> GET /a\n< 200\n".
[[nodiscard]] std::string inside(const std::vector<Message>& messages);
/// What the totals say of sessions: "kiosk.example:443 1 of 1, gap 1 (1 in part)\n".
[[nodiscard]] std::string tally(const Decoded& decoded);
/// All notes that say why something stays sealed.
[[nodiscard]] std::string why_sealed(const std::vector<Message>& messages);

}  // namespace brewproof::wire
