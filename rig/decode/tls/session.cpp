#include "rig/decode/tls/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/tls/names.h"

namespace brewproof::decode {
namespace {

// Early data without its secret, or a server's flight without the handshake secrets, may come
// before the first record that opens.
constexpr unsigned may_fail_at_first = 256;
constexpr unsigned may_fail_after_a_gap = 8;

struct Reason {
  std::string_view word, kind;
  [[nodiscard]] TlsWhySealed with(std::string detail = {}) const {
    return {word, kind, std::move(detail)};
  }
};
constexpr Reason no_beginning{"handshake-missing", "its beginning was not captured"};
constexpr Reason no_server_hello{"handshake-missing", "its server hello was not captured"};
constexpr Reason no_secret{"not-in-key-log", "the key log has no secret of this session"};
constexpr Reason no_handshake_secret{
    "secret-missing", "the key log lacks the handshake traffic secrets of this session"};
constexpr Reason no_early_secret{"secret-missing",
                                 "the key log lacks the early traffic secret of this session"};
constexpr Reason no_application_secret{
    "secret-missing", "the key log lacks the application traffic secrets of this session"};
constexpr Reason unsupported{"unsupported-suite", "what it is sealed with is not supported"};
constexpr Reason wrong_secret{"wrong-secret", "a record failed authentication"};
constexpr Reason number_lost{"gap",
                             "bytes were never captured, and no record behind them authenticates"};
constexpr Reason nested{"inside-tls", "it runs inside another TLS session"};

struct Room {
  Bytes bytes;
};

void assign(Bytes& to, ByteView from) { to.assign(from.begin(), from.end()); }

TlsLabel label_of(Side from, bool handshake) {
  if (handshake)
    return from == Side::client ? TlsLabel::client_handshake : TlsLabel::server_handshake;
  return from == Side::client ? TlsLabel::client_application : TlsLabel::server_application;
}

std::string suite_text(std::uint16_t cipher) {
  return fmt::format("cipher suite 0x{:04x} {}", cipher, tls_suite_name(cipher));
}

/// A hostile second hello may name any suite after keys were made for the first one's.
const TlsSealing* aead_sealing(std::uint16_t cipher) {
  const TlsSealing* const sealing = tls_sealing(cipher);
  return sealing != nullptr && sealing->aead() ? sealing : nullptr;
}

}  // namespace

TlsSession::TlsSession(Outlet& out, bool may_open)
    : secrets_(&out.options.tls_secrets),
      room_(&out.memory<Room>().bytes),
      masters_(&out.memory<TlsMasters>()),
      tries_(&out.memory<TlsTries>()),
      may_open_(may_open) {
  if (may_open_) return;
  for (Keyed& keyed : keyed_) give_up(keyed, nested.with());
}

void TlsSession::client_hello(const TlsHello& hello) {
  if (hello.random.size() != 32) return;  // cut off
  assign(client_random_, hello.random);
  assign(offered_session_, hello.session);
  assign(offered_ticket_, hello.ticket);
  server_random_.clear();
  early_offered_ = hello.has(tls_extension::early_data);
  full_handshake_ = false;
}

void TlsSession::server_hello(const TlsHello& hello) {
  if (hello.random.size() != 32) return;
  version_ = hello.selected_version();
  resumed_.reset();
  if (hello.asks_again()) return;
  assign(server_random_, hello.random);
  assign(server_session_, hello.session);
  cipher_ = hello.cipher();
  const TlsSealing* const sealing = tls_sealing(cipher_);
  encrypts_nothing_ = sealing != nullptr && sealing->open() && version_ != tls13;
  compression_ = hello.compression;
  encrypt_then_mac_ = hello.has(tls_extension::encrypt_then_mac);
  if (version_ == tls13) {
    resumed_ = hello.has(tls_extension::pre_shared_key);
    return;
  }
  // RFC 5246 section 7.3; with a ticket too, RFC 5077 section 3.4.
  if (!server_session_.empty() && !offered_session_.empty())
    resumed_ = server_session_ == offered_session_;
  masters_->learn(server_session_, secrets_->find(client_random_, TlsLabel::master));
}

void TlsSession::handshake(Side from, std::uint8_t type, ByteView body) {
  Keyed& keyed = keyed_[index(from)];
  if (version_ != tls13) {
    full_handshake_ = full_handshake_ || type == tls_handshake::server_hello_done;
    if (type != tls_handshake::new_session_ticket) return;
    ByteReader reader(body);
    reader.skip(4);
    masters_->learn(reader.take(reader.be16()), master());
    return;
  }
  if (keyed.opener == nullptr) return;
  if (type == tls_handshake::key_update) {
    const TlsSealing* const sealing = aead_sealing(cipher_);
    if (sealing == nullptr) {
      give_up(keyed, unsupported.with(suite_text(cipher_)));
      return;
    }
    keyed.secret = tls13_next_secret(*sealing, keyed.secret);
    keyed.opener = make_aead_opener(*sealing, tls13, tls13_keys(*sealing, keyed.secret), *room_);
    keyed.sequence = keyed.behind = 0;
    if (keyed.opener == nullptr) give_up(keyed, unsupported.with(suite_text(cipher_)));
  } else if (type == tls_handshake::finished && keyed.stage == Stage::handshake) {
    if (!enter(from, keyed, Stage::application)) give_up(keyed, no_application_secret.with());
  } else if (type == tls_handshake::end_of_early_data && keyed.stage == Stage::early) {
    if (!enter(from, keyed, Stage::handshake) && !enter(from, keyed, Stage::application))
      give_up(keyed, no_handshake_secret.with());
  }
}

void TlsSession::change_cipher_spec(Side from) {
  Keyed& keyed = keyed_[index(from)];
  keyed.changed = true;
  if (version_ == tls13 || version_ == 0) return;
  keyed.opener.reset();
  keyed.sequence = keyed.behind = keyed.missed = 0;
}

bool TlsSession::seals(Side from, std::uint8_t type, std::size_t length) const {
  if (type == tls_type::application) return true;
  // In 1.3 all that is sealed looks like application bytes, and a ChangeCipherSpec means nothing
  // (RFC 8446 section 5 and appendix D.4).
  if (version_ == tls13 || !keyed_[index(from)].changed) return false;
  // Nothing sealed is so short.
  return length != (type == tls_type::change_cipher_spec ? 1u : 2u);
}

std::optional<std::size_t> TlsSession::overhead(Side from) const {
  const Keyed& keyed = keyed_[index(from)];
  return keyed.opener == nullptr ? std::nullopt : keyed.opener->overhead();
}

ByteView TlsSession::secret(Side from, Stage stage) const {
  return secrets_->find(client_random_, label_of(from, stage == Stage::handshake));
}

ByteView TlsSession::master() const {
  const ByteView logged = secrets_->find(client_random_, TlsLabel::master);
  if (!logged.empty() || resumed_ == false || full_handshake_) return logged;
  const ByteView by_session = masters_->find(server_session_);
  return by_session.empty() ? masters_->find(offered_ticket_) : by_session;
}

std::optional<TlsOpened> TlsSession::open(Side from, ByteView header, ByteView sealed) {
  Keyed& keyed = keyed_[index(from)];
  if (!opens(from)) return std::nullopt;
  tries_->record(sealed.size());
  if (keyed.opener == nullptr && !prepare(from, keyed, header, sealed)) return std::nullopt;
  auto opened = search(keyed, header, sealed);
  if (!opened && version_ == tls13) opened = search_later(from, keyed, header, sealed);
  keyed.opener->went_by(sealed);
  if (opened) {
    keyed.missed = 0;
    keyed.may_fail = 0;
  } else {
    failed(from, keyed);
  }
  return opened;
}

/// Finds the first key of a direction.
bool TlsSession::prepare(Side from, Keyed& keyed, ByteView header, ByteView sealed) {
  if (client_random_.empty() && !encrypts_nothing_)
    return give_up(keyed, no_beginning.with()), false;
  if (server_random_.empty() && from == Side::client && early_offered_)
    return prepare_early(keyed, header, sealed);
  if (server_random_.empty()) {
    keyed.why = no_server_hello.with();
    return false;
  }
  const TlsSealing* sealing = tls_sealing(cipher_);
  if (sealing == nullptr || version_ > tls13 || version_ < tls10 || compression_ != 0 ||
      (version_ == tls13 && !sealing->aead())) {
    std::string what = suite_text(cipher_);
    what += " of version ";
    append_tls_version(what, version_);
    if (compression_ != 0) what += ", compressed";
    return give_up(keyed, unsupported.with(std::move(what))), false;
  }
  if (version_ != tls13) return prepare12(from, keyed, *sealing);
  if (!secrets_->knows(client_random_))
    return give_up(keyed, no_secret.with("client random " + to_hex(client_random_))), false;
  keyed.may_fail = std::max(keyed.may_fail, may_fail_at_first);
  if (from == Side::client && early_offered_ && prepare_early(keyed, header, sealed)) return true;
  if (enter(from, keyed, Stage::handshake) || enter(from, keyed, Stage::application)) return true;
  return give_up(keyed, no_handshake_secret.with()), false;
}

bool TlsSession::prepare12(Side from, Keyed& keyed, const TlsSealing& sealing) {
  const ByteView known = master();
  if (sealing.open()) {
    TlsKeyPair pair;
    if (!known.empty()) pair = tls12_keys(sealing, version_, known, client_random_, server_random_);
    keyed.opener = make_null_opener(sealing, from == Side::client ? pair.client : pair.server);
    if (keyed.opener == nullptr) give_up(keyed, unsupported.with(suite_text(cipher_)));
    return keyed.opener != nullptr;
  }
  if (known.empty())
    return give_up(keyed, no_secret.with("client random " + to_hex(client_random_))), false;
  TlsKeyPair pair = tls12_keys(sealing, version_, known, client_random_, server_random_);
  TlsKeys& keys = from == Side::client ? pair.client : pair.server;
  keyed.opener = sealing.aead() ? make_aead_opener(sealing, version_, std::move(keys), *room_)
                                : make_cbc_opener(sealing, version_, encrypt_then_mac_,
                                                  std::move(keys), *room_);
  if (keyed.opener == nullptr) return give_up(keyed, unsupported.with(suite_text(cipher_))), false;
  return true;
}

/// Early data are sealed with the suite of the session before, which nothing on the wire names:
/// those that a secret of this size fits are tried.
bool TlsSession::prepare_early(Keyed& keyed, ByteView header, ByteView sealed) {
  const ByteView early = secrets_->find(client_random_, TlsLabel::client_early);
  for (const std::uint16_t suite : {0x1301, 0x1302, 0x1303, 0x1304, 0x1305}) {
    const TlsSealing& sealing = *tls_sealing(suite);
    if (early.size() != (std::string_view(sealing.hash) == "SHA384" ? 48u : 32u)) continue;
    if (!tries_->derive()) break;
    auto opener = make_aead_opener(sealing, tls13, tls13_keys(sealing, early), *room_);
    if (opener == nullptr) continue;
    for (std::uint64_t number = 0; number <= keyed.missed && tries_->open(sealed.size());
         ++number) {
      if (!opener->open(header, sealed, number)) continue;
      keyed.opener = std::move(opener);
      keyed.stage = Stage::early;
      keyed.sequence = number;
      return true;
    }
  }
  keyed.why = !secrets_->knows(client_random_)
                  ? no_secret.with("client random " + to_hex(client_random_))
                  : (early.empty() ? no_early_secret : wrong_secret).with();
  return false;
}

/// Takes the key of a stage of TLS 1.3; false: the key log has no secret for it.
bool TlsSession::enter(Side from, Keyed& keyed, Stage stage) {
  const ByteView known = secret(from, stage);
  if (known.empty()) return false;
  const TlsSealing* const sealing = aead_sealing(cipher_);
  if (sealing == nullptr) return false;
  auto opener = make_aead_opener(*sealing, tls13, tls13_keys(*sealing, known), *room_);
  if (opener == nullptr) return false;
  keyed.opener = std::move(opener);
  assign(keyed.secret, known);
  keyed.stage = stage;
  keyed.sequence = keyed.behind = 0;
  return true;
}

/// Tries the next number, and as many behind it as records may be missing.
std::optional<TlsOpened> TlsSession::search(Keyed& keyed, ByteView header, ByteView sealed) {
  for (std::uint64_t over = 0; over <= keyed.missed && tries_->open(sealed.size()); ++over) {
    auto opened = keyed.opener->open(header, sealed, keyed.sequence + over);
    if (!opened) continue;
    keyed.passed_over.reset();
    if (keyed.missed == 0 || keyed.opener->authenticates())
      keyed.passed_over = keyed.sequence + over - keyed.behind;
    keyed.sequence += over + 1;
    keyed.behind = keyed.sequence;
    return opened;
  }
  return std::nullopt;
}

/// The message that announced the next key may be missing, or could not be opened.
std::optional<TlsOpened> TlsSession::search_later(Side from, Keyed& keyed, ByteView header,
                                                  ByteView sealed) {
  Keyed later;
  later.missed = keyed.missed;
  const auto found = [&]() -> std::optional<TlsOpened> {
    auto opened = search(later, header, sealed);
    if (!opened) return std::nullopt;
    keyed.opener = std::move(later.opener);
    keyed.secret = std::move(later.secret);
    keyed.stage = later.stage;
    keyed.sequence = keyed.behind = later.sequence;
    keyed.passed_over = keyed.missed == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
    return opened;
  };
  for (const Stage stage : {Stage::handshake, Stage::application}) {
    if (stage <= keyed.stage || !tries_->derive() || !enter(from, later, stage)) continue;
    if (auto opened = found()) return opened;
  }
  if (keyed.stage != Stage::application || keyed.missed == 0 || !tries_->derive())
    return std::nullopt;
  const TlsSealing* const sealing = aead_sealing(cipher_);
  if (sealing == nullptr) return std::nullopt;
  later.secret = tls13_next_secret(*sealing, keyed.secret);
  later.opener = make_aead_opener(*sealing, tls13, tls13_keys(*sealing, later.secret), *room_);
  later.stage = Stage::application;
  later.sequence = 0;
  return later.opener == nullptr ? std::nullopt : found();
}

void TlsSession::failed(Side from, Keyed& keyed) {
  if (keyed.missed != 0) {
    keyed.why = number_lost.with();
    keyed.missed = std::min(keyed.missed + 1, max_missed);
  } else if (keyed.stage == Stage::application && keyed.sequence == 0 &&
             secret(from, Stage::handshake).empty()) {
    keyed.why = no_handshake_secret.with();
  } else if (from == Side::client && keyed.stage == Stage::handshake && keyed.sequence == 0 &&
             early_offered_ && secrets_->find(client_random_, TlsLabel::client_early).empty()) {
    keyed.why = no_early_secret.with();
  } else {
    keyed.why = wrong_secret.with(
        fmt::format("record {} of the {}: the secret is another session's, or the record is "
                    "damaged",
                    keyed.sequence, from == Side::client ? "client" : "server"));
  }
  if (keyed.may_fail == 0)
    keyed.given_up = true;
  else
    --keyed.may_fail;
}

void TlsSession::give_up(Keyed& keyed, TlsWhySealed why) {
  keyed.why = std::move(why);
  keyed.given_up = true;
}

void TlsSession::missed_one(Side from) {
  Keyed& keyed = keyed_[index(from)];
  if (keyed.opener == nullptr || keyed.missed != 0) return missed_up_to(from, 1);
  ++keyed.sequence;
  keyed.opener->went_by({});
}

void TlsSession::missed_up_to(Side from, std::uint64_t records) {
  Keyed& keyed = keyed_[index(from)];
  keyed.missed = std::min(keyed.missed + records, max_missed);
  keyed.may_fail = std::max(keyed.may_fail, may_fail_after_a_gap);
  if (keyed.opener != nullptr) keyed.opener->went_by({});
}

}  // namespace brewproof::decode
