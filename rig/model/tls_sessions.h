// What became of the TLS sessions in the captures, and the key logs that were given to open them.
// No secret is in here: a client random is sent in the open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rig/model/message.h"

namespace brewproof {

/// Where a session that stays sealed is found.
struct SealedSession {
  PacketPlace first;          // of its records that stay sealed
  std::string client_random;  // lower-case hex; "" = its hello was not captured
  friend bool operator==(const SealedSession&, const SealedSession&) = default;
};

/// Sessions of which records stay sealed, for one reason: that of the first such record.
struct TlsSealed {
  static constexpr std::size_t most_named = 4;

  std::uint64_t sessions = 0;
  std::uint64_t partly = 0;         // of these, other records were opened
  std::vector<SealedSession> some;  // the first `most_named`
  friend bool operator==(const TlsSealed&, const TlsSealed&) = default;
};

/// Of the sessions with one peer.
struct TlsTally {
  std::uint64_t seen = 0;
  std::uint64_t opened = 0;  // at least one record of them
  /// By reason: no-key-log, not-in-key-log, secret-missing, wrong-secret, unsupported-suite,
  /// handshake-missing, gap, inside-tls, quic, dtls.
  std::map<std::string, TlsSealed> sealed;
  friend bool operator==(const TlsTally&, const TlsTally&) = default;
};
using TlsByPeer = std::map<Endpoint, TlsTally>;

struct KeyLogRead {
  std::string file;
  std::uint64_t sessions = 0;        // that it has secrets of
  std::uint64_t unknown_labels = 0;  // lines that were passed over, for this reason
  std::uint64_t bad_lines = 0;       // for that they cannot be read
  std::string fault;                 // the first of these: "line:column: what is wrong"
  std::uint64_t devices = 0;         // of Tuya, that it has the local keys of
  friend bool operator==(const KeyLogRead&, const KeyLogRead&) = default;
};

struct TlsSessions {
  std::vector<KeyLogRead> key_logs;
  TlsByPeer by_peer;
  friend bool operator==(const TlsSessions&, const TlsSessions&) = default;
};

}  // namespace brewproof
