// A capture of TLS sessions that were really spoken: two OpenSSL peers in memory, a machine
// (10.77.0.50, 02:c0:00:00:00:01) and a server, whose bytes are laid into TCP segments of a pcapng
// file as they say them; and the key log that they write.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rig/capture/pcapng_writer.h"

namespace brewproof {

struct TlsCaptureSetup {
  int version = TLS1_3_VERSION;
  std::string suites = "TLS_AES_128_GCM_SHA256";  // of TLS 1.3; OpenSSL's own choice below
};

/// Whatever cannot be done ends the program with a message: it serves tests and benchmarks.
class TlsCapture {
 public:
  static constexpr char machine_mac[] = "02:c0:00:00:00:01";

  explicit TlsCapture(const std::string& path, const TlsCaptureSetup& setup = {});

  /// One connection to port 443 of the server 203.0.113.`server`, from its SYN on.
  class Session {
   public:
    Session(TlsCapture& capture, std::uint16_t machine_port, std::uint8_t server);
    void up(std::string_view text) { say(true, text); }
    void down(std::string_view text) { say(false, text); }
    /// The next so many bytes of the machine are sent and not captured.
    void lose(std::size_t bytes) { lost_ = bytes; }
    void close();

   private:
    using Peer = std::unique_ptr<SSL, decltype(&SSL_free)>;
    void say(bool up, std::string_view text);
    void carry(bool up);
    void data(bool up, ByteView bytes);
    void segment(bool up, std::uint8_t flags, ByteView payload);

    TlsCapture* capture_;
    Peer client_, server_;
    std::uint16_t machine_port_;
    std::uint8_t server_host_;
    std::size_t lost_ = 0;
    std::array<std::uint32_t, 2> next_{500000, 1000};
    std::array<char, 16384> room_{};
  };
  [[nodiscard]] Session begin(std::uint16_t machine_port, std::uint8_t server = 10) {
    return {*this, machine_port, server};
  }

  /// The file is whole behind it.
  void end();

  std::int64_t now_ns = 1'760'000'000'000'000'000;  // of the next packet; each takes 20 us
  std::string key_log;
  std::uint64_t sealed = 0;  // bytes of TLS streams, both directions
  [[nodiscard]] std::uint64_t packets() const { return file_->packets(); }

 private:
  using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
  std::unique_ptr<PcapngWriter> file_;
  Context client_, server_;
};

}  // namespace brewproof
