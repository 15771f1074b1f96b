#include "rig/decode/tls/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "rig/model/hex.h"

namespace brewproof {
namespace {

struct Known {
  std::string_view name;
  TlsLabel label;
};
constexpr Known labels[] = {
    {"CLIENT_RANDOM", TlsLabel::master},
    {"CLIENT_EARLY_TRAFFIC_SECRET", TlsLabel::client_early},
    {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", TlsLabel::client_handshake},
    {"SERVER_HANDSHAKE_TRAFFIC_SECRET", TlsLabel::server_handshake},
    {"CLIENT_TRAFFIC_SECRET_0", TlsLabel::client_application},
    {"SERVER_TRAFFIC_SECRET_0", TlsLabel::server_application},
};

// Of secrets that open no record here, and of other programs' versions of the format.
constexpr std::string_view other_labels[] = {
    "EXPORTER_SECRET", "EARLY_EXPORTER_SECRET", "RSA", "PMS_CLIENT_RANDOM", "ECH_SECRET",
    "ECH_CONFIG",
};

constexpr std::string_view tuya_label = "TUYA_LOCAL_KEY";

bool is_label(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

}  // namespace

KeyLogRead TlsSecrets::add(std::string_view key_log) {
  KeyLogRead read;
  for (std::size_t number = 1; !key_log.empty(); ++number) {
    std::string_view line = key_log.substr(0, key_log.find('\n'));
    key_log.remove_prefix(std::min(line.size() + 1, key_log.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    const auto fault = add_line(line, read);
    if (fault && read.bad_lines++ == 0)
      read.fault = fmt::format("{}:{}: {}", number, fault->column, fault->text);
  }
  return read;
}

std::optional<TlsSecrets::Fault> TlsSecrets::add_line(std::string_view line, KeyLogRead& read) {
  const std::string_view name = take_word(line);
  if (!is_label(name))
    return Fault{1,
                 "is no line of a key log: wants a label as CLIENT_RANDOM, a client random and a "
                 "secret, as programs write them under SSLKEYLOGFILE"};
  if (name == tuya_label) return add_local_key(line, read);
  const auto known = std::ranges::find(labels, name, &Known::name);
  if (known == std::end(labels)) {
    if (std::ranges::find(other_labels, name) == std::end(other_labels)) ++read.unknown_labels;
    return std::nullopt;
  }
  Random random;
  const std::string_view random_text = take_word(line);
  const std::size_t behind_label = name.size() + 2;
  if (!read_hex(random_text, random))
    return Fault{behind_label,
                 fmt::format("{}: the client random is no 64 hex digits but {} characters", name,
                             random_text.size())};
  Secret secret;
  const std::size_t size = line.size() / 2;
  const bool fits = known->label == TlsLabel::master ? size == 48 : size == 32 || size == 48;
  if (!fits || !read_hex(line, std::span(secret.bytes).first(size)))
    return Fault{behind_label + random_text.size() + 1,
                 fmt::format("{}: the secret is no {} hex digits but {} characters", name,
                             known->label == TlsLabel::master ? "96" : "64 or 96", line.size())};
  secret.size = static_cast<std::uint8_t>(size);
  const bool is_new = !sessions_.contains(random);
  if (is_new && sessions_.size() >= max_sessions)
    return Fault{1, fmt::format("more than {} sessions: give the log of these captures alone",
                                max_sessions)};
  read.sessions += is_new ? 1 : 0;
  sessions_[random][static_cast<std::size_t>(known->label)] = secret;
  return std::nullopt;
}

std::optional<TlsSecrets::Fault> TlsSecrets::add_local_key(std::string_view line,
                                                           KeyLogRead& read) {
  LocalKey local;
  local.device = take_word(line);
  const bool plain = line.size() == local.key.size();
  if (plain) std::ranges::copy(as_bytes(line), local.key.begin());
  if (local.device.empty() || (!plain && !read_hex(line, local.key)))
    return Fault{tuya_label.size() + local.device.size() + 3,
                 fmt::format("{}: wants a device id or *, then its local key, 16 characters or 32 "
                             "hex digits; the key has {} characters",
                             tuya_label, line.size())};
  const auto same = [&](const LocalKey& other) { return other.key == local.key; };
  if (std::ranges::any_of(local_keys_, same)) return std::nullopt;
  if (local_keys_.size() >= max_devices)
    return Fault{
        1, fmt::format("more than {} local keys: give those of this machine alone", max_devices)};
  ++read.devices;
  local_keys_.push_back(std::move(local));
  return std::nullopt;
}

const TlsSecrets::Session* TlsSecrets::session(ByteView client_random) const {
  Random random;
  if (client_random.size() != random.size()) return nullptr;
  std::ranges::copy(client_random, random.begin());
  const auto found = sessions_.find(random);
  return found == sessions_.end() ? nullptr : &found->second;
}

bool TlsSecrets::knows(ByteView client_random) const { return session(client_random) != nullptr; }

ByteView TlsSecrets::find(ByteView client_random, TlsLabel label) const {
  const Session* found = session(client_random);
  if (found == nullptr) return {};
  const Secret& secret = (*found)[static_cast<std::size_t>(label)];
  return ByteView(secret.bytes).first(secret.size);
}

}  // namespace brewproof
