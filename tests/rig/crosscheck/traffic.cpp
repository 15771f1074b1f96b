#include "tests/rig/crosscheck/traffic.h"

#include <filesystem>

namespace brewproof {
namespace {

void be(Bytes& bytes, std::uint32_t value, int count) {
  for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

}  // namespace

void Traffic::tcp(bool up, std::uint16_t port, const Bytes& payload, std::uint8_t flags) {
  std::uint32_t& next = up ? up_next_ : down_next_;
  Bytes segment;
  be(segment, up ? 41000 : port, 2);
  be(segment, up ? port : 41000, 2);
  be(segment, next, 4);
  be(segment, up ? down_next_ : up_next_, 4);
  be(segment, 0x5000u | flags, 2);
  be(segment, 65535, 2);
  be(segment, 0, 4);
  frame(wire::ipv4(up, 6, wire::operator+(segment, payload)));
  next += static_cast<std::uint32_t>(payload.size()) + ((flags & 3) != 0 ? 1 : 0);
}

void Traffic::knows(const std::string& key_log) {
  ASSERT_NE(secrets_.add(key_log).sessions, 0u);
  keylog_ = scratch_.file("keys", Bytes(key_log.begin(), key_log.end()));
}

std::vector<KeptMessage> Traffic::decode() {
  // The classic format, nanoseconds, Ethernet: every field as the byte order of this file says.
  Bytes file = hex("a1b23c4d 0002 0004 00000000 00000000 00040000 00000001");
  std::vector<KeptMessage> messages;
  DecodeOptions options;
  options.dut = dut_;
  options.tls_secrets = secrets_;
  Decoder decoder(options, [&](Message&& m) { messages.push_back(std::move(m)); });
  std::uint64_t number = 0;
  for (const Bytes& bytes : frames_) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    Packet packet;
    packet.time_ns = 1'760'000'000'000'000'000 + static_cast<std::int64_t>(number) * 1'000'000;
    packet.data = bytes;
    packet.original_length = size;
    packet.place = {0, file.size(), ++number};
    decoder.packet(packet);
    be(file, static_cast<std::uint32_t>(packet.time_ns / 1'000'000'000), 4);
    be(file, static_cast<std::uint32_t>(packet.time_ns % 1'000'000'000), 4);
    be(file, size, 4);
    be(file, size, 4);
    file.insert(file.end(), bytes.begin(), bytes.end());
  }
  decoder.finish();
  (void)scratch_.file("traffic.pcap", file);
  return messages;
}

CrossCheckSettings Traffic::with_script(const std::string& script) const {
  CrossCheckSettings pretended = settings();
  const std::string text =
      "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'TShark (Wireshark) 9.9.9 (x).'; exit; "
      "fi\n" +
      script + "\n";
  pretended.programs.tshark = scratch_.file("tshark", as_bytes(text));
  std::filesystem::permissions(pretended.programs.tshark, std::filesystem::perms::owner_all);
  return pretended;
}

Opinion of_kind(const CrossCheck& check, const std::string& kind) {
  for (const Opinion& opinion : check.opinions)
    if (opinion.kind == kind) return opinion;
  return {};
}

}  // namespace brewproof
