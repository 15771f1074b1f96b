#include "tests/rig/capture/tls_capture.h"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace brewproof {
namespace {

constexpr std::size_t segment_size = 1448;
constexpr std::int64_t between_packets_ns = 20'000;

[[noreturn]] void give_up(std::string_view what) {
  fmt::print(stderr, "making a capture of TLS sessions: {}\n", what);
  std::exit(3);
}

void put16(Bytes& bytes, std::uint32_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value);
}

void write_line(const SSL* ssl, const char* line) {
  auto* log = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  *log += line;
  *log += '\n';
}

void give_certificate(SSL_CTX* server) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  if (SSL_CTX_use_certificate(server, certificate) != 1 || SSL_CTX_use_PrivateKey(server, key) != 1)
    give_up("the server takes no certificate");
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TlsCapture::TlsCapture(const std::string& path, const TlsCaptureSetup& setup)
    : client_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      server_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  std::remove(path.c_str());
  auto file = PcapngWriter::create(path, "eth0");
  if (!file) give_up(file.error().message);
  file_ = std::make_unique<PcapngWriter>(std::move(*file));
  give_certificate(server_.get());
  SSL_CTX_set_min_proto_version(client_.get(), setup.version);
  SSL_CTX_set_max_proto_version(client_.get(), setup.version);
  if (SSL_CTX_set_ciphersuites(client_.get(), setup.suites.c_str()) != 1) give_up("no such suite");
  SSL_CTX_set_app_data(client_.get(), &key_log);
  SSL_CTX_set_keylog_callback(client_.get(), write_line);
}

void TlsCapture::end() {
  if (!file_->close({}, now_ns)) give_up("the file cannot be closed");
}

TlsCapture::Session::Session(TlsCapture& capture, std::uint16_t machine_port, std::uint8_t server)
    : capture_(&capture),
      client_(SSL_new(capture.client_.get()), SSL_free),
      server_(SSL_new(capture.server_.get()), SSL_free),
      machine_port_(machine_port),
      server_host_(server) {
  segment(true, 0x02, {});
  segment(false, 0x12, {});
  segment(true, 0x10, {});
  for (SSL* ssl : {client_.get(), server_.get()})
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(client_.get());
  SSL_set_accept_state(server_.get());
  SSL_set_tlsext_host_name(client_.get(), "kiosk.example");
  for (int round = 0; round < 4; ++round) {
    SSL_do_handshake(client_.get());
    carry(true);
    SSL_do_handshake(server_.get());
    carry(false);
  }
  if (SSL_is_init_finished(client_.get()) != 1) give_up("the peers do not agree");
}

void TlsCapture::Session::say(bool up, std::string_view text) {
  SSL* const ssl = up ? client_.get() : server_.get();
  if (SSL_write(ssl, text.data(), static_cast<int>(text.size())) <= 0) give_up("sealing");
  carry(up);
}

void TlsCapture::Session::close() {
  SSL_shutdown(client_.get());
  carry(true);
  SSL_shutdown(server_.get());
  carry(false);
  segment(true, 0x11, {});
  segment(false, 0x11, {});
}

/// What one side wrote goes over the wire, and the other side reads it.
void TlsCapture::Session::carry(bool up) {
  SSL* const from = up ? client_.get() : server_.get();
  SSL* const to = up ? server_.get() : client_.get();
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(from), &bytes);
  if (size <= 0) return;
  const auto count = static_cast<std::size_t>(size);
  data(up, {reinterpret_cast<const std::uint8_t*>(bytes), count});
  capture_->sealed += count;
  BIO_write(SSL_get_rbio(to), bytes, static_cast<int>(size));
  (void)BIO_reset(SSL_get_wbio(from));
  if (SSL_is_init_finished(to) != 1) return;
  while (SSL_read(to, room_.data(), static_cast<int>(room_.size())) > 0) {
  }
}

void TlsCapture::Session::data(bool up, ByteView bytes) {
  if (up && lost_ != 0) {
    const std::size_t count = std::min(lost_, bytes.size());
    lost_ -= count;
    next_[1] += static_cast<std::uint32_t>(count);
    bytes = bytes.subspan(count);
  }
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), segment_size));
    segment(up, 0x18, part);
    bytes = bytes.subspan(part.size());
  }
}

/// RFC 791, 9293; checksums are left to the adapter, as a capture on the sender's side shows them.
void TlsCapture::Session::segment(bool up, std::uint8_t flags, ByteView payload) {
  const std::uint32_t machine = 0x0a4d0032, server = 0xcb007100u | server_host_;
  Bytes frame;
  for (const std::uint32_t host : {up ? 0xfeu : 1u, up ? 1u : 0xfeu}) {
    put16(frame, 0x02c0);
    put32(frame, host);
  }
  put16(frame, 0x0800);
  put16(frame, 0x4500);
  put16(frame, static_cast<std::uint32_t>(40 + payload.size()));
  put32(frame, 0x4000);
  put32(frame, 0x40060000);
  put32(frame, up ? machine : server);
  put32(frame, up ? server : machine);
  put16(frame, up ? machine_port_ : 443);
  put16(frame, up ? 443 : machine_port_);
  put32(frame, next_[up ? 1 : 0]);
  put32(frame, next_[up ? 0 : 1]);
  put16(frame, 0x5000u | flags);
  put16(frame, 0xffff);
  put32(frame, 0);
  frame.insert(frame.end(), payload.begin(), payload.end());
  const bool counts = (flags & 3) != 0;  // SYN and FIN
  next_[up ? 1 : 0] += static_cast<std::uint32_t>(payload.size()) + (counts ? 1 : 0);
  capture_->now_ns += between_packets_ns;
  const auto size = static_cast<std::uint32_t>(frame.size());
  if (!capture_->file_->write(capture_->now_ns, frame, size)) give_up("a packet cannot be written");
}

}  // namespace brewproof
