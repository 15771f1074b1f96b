#include "tests/rig/decode/tls/peers.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstring>

namespace brewproof::wire {
namespace {

struct Identity {
  EVP_PKEY* key;
  X509* certificate;
};

Identity make_identity(EVP_PKEY* key) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("kiosk.example"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  return {key, certificate};
}

const Identity& rsa_identity() {
  static const Identity identity =
      make_identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
  return identity;
}
const Identity& ec_identity() {
  static const Identity identity =
      make_identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  return identity;
}

constexpr unsigned char psk[] = {1, 2, 3, 4, 5, 6, 7, 8};

unsigned psk_of_client(SSL*, const char*, char* identity, unsigned, unsigned char* key, unsigned) {
  std::strcpy(identity, "kiosk");
  std::memcpy(key, psk, sizeof psk);
  return sizeof psk;
}
unsigned psk_of_server(SSL*, const char*, unsigned char* key, unsigned) {
  std::memcpy(key, psk, sizeof psk);
  return sizeof psk;
}

void write_key_log(const SSL* ssl, const char* line) {
  auto* log = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (SSL_is_server(const_cast<SSL*>(ssl))) return;  // both sides write the same
  *log += line;
  *log += '\n';
}

int keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* pair = static_cast<PeerPair*>(SSL_get_app_data(ssl));
  if (pair->session != nullptr) SSL_SESSION_free(pair->session);
  pair->session = session;
  return 1;
}

int select_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                unsigned, void*) {
  *size = in[0];
  *out = in + 1;
  return SSL_TLSEXT_ERR_OK;
}

void set_suites(SSL_CTX* context, const PeerSetup& setup) {
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, setup.version);
  SSL_CTX_set_max_proto_version(context, setup.version);
  if (setup.suites.empty()) return;
  if (setup.version == TLS1_3_VERSION)
    SSL_CTX_set_ciphersuites(context, setup.suites.c_str());
  else
    SSL_CTX_set_cipher_list(context, (setup.suites + ":@SECLEVEL=0").c_str());
}

}  // namespace

PeerPair::PeerPair(const PeerSetup& setup)
    : client_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      server_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      setup_(setup) {
  for (SSL_CTX* context : {client_.get(), server_.get()}) {
    set_suites(context, setup);
    SSL_CTX_set_app_data(context, &key_log);
    SSL_CTX_set_keylog_callback(context, write_key_log);
    if (setup.padding != 0)
      SSL_CTX_set_block_padding(context, static_cast<std::size_t>(setup.padding));
  }
  SSL_CTX_set_options(client_.get(), setup.client_options);
  SSL_CTX_set_options(server_.get(), setup.server_options);
  for (const Identity* identity : {&rsa_identity(), &ec_identity()}) {
    SSL_CTX_use_certificate(server_.get(), identity->certificate);
    SSL_CTX_use_PrivateKey(server_.get(), identity->key);
  }
  SSL_CTX_set_dh_auto(server_.get(), 1);
  if (!setup.groups.empty()) SSL_CTX_set1_groups_list(server_.get(), setup.groups.c_str());
  if (setup.suites.find("PSK") != std::string::npos) {
    SSL_CTX_set_psk_client_callback(client_.get(), psk_of_client);
    SSL_CTX_set_psk_server_callback(server_.get(), psk_of_server);
  }
  if (!setup.tickets) SSL_CTX_set_options(server_.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(client_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(client_.get(), keep_session);
  SSL_CTX_set_session_id_context(server_.get(), psk, sizeof psk);
  if (setup.early_data) {
    SSL_CTX_set_max_early_data(server_.get(), 16384);
    SSL_CTX_set_recv_max_early_data(server_.get(), 16384);
  }
  if (!setup.alpn.empty()) {
    std::string wire(1, static_cast<char>(setup.alpn.size()));
    wire += setup.alpn;
    SSL_CTX_set_alpn_protos(client_.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
    SSL_CTX_set_alpn_select_cb(server_.get(), select_alpn, nullptr);
  }
}

PeerPair::~PeerPair() {
  if (session != nullptr) SSL_SESSION_free(session);
}

Peers::Peers(PeerPair& pair, bool resume)
    : client_(SSL_new(pair.client_.get()), SSL_free),
      server_(SSL_new(pair.server_.get()), SSL_free) {
  for (SSL* ssl : {client_.get(), server_.get()}) {
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_app_data(ssl, &pair);
  }
  SSL_set_connect_state(client_.get());
  SSL_set_accept_state(server_.get());
  SSL_set_tlsext_host_name(client_.get(), "kiosk.example");
  if (resume) SSL_set_session(client_.get(), pair.session);
}

/// Takes what each side wrote to the other, until both are silent.
void Peers::carry() {
  for (bool moved = true; moved;) {
    moved = false;
    for (const bool up : {true, false}) {
      SSL* from = up ? client_.get() : server_.get();
      SSL* to = up ? server_.get() : client_.get();
      char* bytes = nullptr;
      const long size = BIO_get_mem_data(SSL_get_wbio(from), &bytes);
      if (size <= 0) continue;
      moved = true;
      flights_.push_back({up, Bytes(bytes, bytes + size)});
      BIO_write(SSL_get_rbio(to), bytes, static_cast<int>(size));
      (void)BIO_reset(SSL_get_wbio(from));
      char read[4096];
      std::size_t count = 0;
      // Ends the client's early data first.
      if (!up && SSL_is_init_finished(to) == 0) SSL_do_handshake(to);
      if (!up || SSL_get_max_early_data(to) == 0 || SSL_is_init_finished(to)) {
        while (SSL_read_ex(to, read, sizeof read, &count) == 1) {
        }
      } else {
        while (SSL_read_early_data(to, read, sizeof read, &count) == SSL_READ_EARLY_DATA_SUCCESS) {
        }
        SSL_do_handshake(to);
      }
    }
  }
}

void Peers::early(std::string_view text) {
  std::size_t written = 0;
  SSL_write_early_data(client_.get(), text.data(), text.size(), &written);
  carry();
}

bool Peers::shake_hands() {
  for (int round = 0; round < 8; ++round) {
    SSL_do_handshake(client_.get());
    carry();
  }
  ERR_clear_error();
  return SSL_is_init_finished(client_.get()) == 1 && SSL_is_init_finished(server_.get()) == 1;
}

void Peers::write(bool up, std::string_view text) {
  SSL_write(up ? client_.get() : server_.get(), text.data(), static_cast<int>(text.size()));
  carry();
}
void Peers::up(std::string_view text) { write(true, text); }
void Peers::down(std::string_view text) { write(false, text); }

void Peers::update_keys(bool up) {
  SSL_key_update(up ? client_.get() : server_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
}

void Peers::renegotiate() {
  SSL_renegotiate(client_.get());
  SSL_do_handshake(client_.get());
  carry();
}

void Peers::close() {
  SSL_shutdown(client_.get());
  SSL_shutdown(server_.get());
  carry();
}

Bytes Peers::sent(bool up) const {
  Bytes all;
  for (const Flight& flight : flights_)
    if (flight.up == up) all = all + flight.bytes;
  return all;
}

TlsSecrets secrets_of(std::string_view key_log) {
  TlsSecrets secrets;
  EXPECT_EQ(secrets.add(key_log).fault, "");
  return secrets;
}

Decoded decode(const std::vector<Flight>& flights, std::string_view key_log) {
  DecodeOptions options{{machine_mac}};
  options.tls_secrets = secrets_of(key_log);
  Tap tap(options);
  Connection connection(tap, 443);
  connection.open();
  for (const Flight& flight : flights)
    flight.up ? connection.up(flight.bytes) : connection.down(flight.bytes);
  connection.close();
  Decoded decoded{tap.finish(), tap.totals(), 0, 0};
  for (const Message& m : decoded.messages) (m.from_dut ? decoded.up : decoded.down) += m.size;
  decoded.up += decoded.totals.up_tls_overhead;
  decoded.down += decoded.totals.down_tls_overhead;
  return decoded;
}

std::string inside(const std::vector<Message>& messages) {
  std::string labels;
  for (const Message& m : messages)
    if (m.tls) labels += (m.from_dut ? "> " : "< ") + m.message + "\n";
  return labels;
}

std::string tally(const Decoded& decoded) {
  std::string all;
  for (const auto& [peer, of] : decoded.totals.tls) {
    all += fmt::format("{}:{} {} of {}", peer.name, peer.port, of.opened, of.seen);
    for (const auto& [why, sealed] : of.sealed)
      all += fmt::format(", {} {} ({} in part)", why, sealed.sessions, sealed.partly);
    all += "\n";
  }
  return all;
}

std::string why_sealed(const std::vector<Message>& messages) {
  std::string all;
  for (const Message& m : messages)
    for (const std::string& note : m.notes)
      if (note.starts_with("stays sealed")) all += note + "\n";
  return all;
}

}  // namespace brewproof::wire
