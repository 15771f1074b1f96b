// Our decoder against tshark on captures of real traffic, file by file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "rig/capture/capture_file.h"
#include "rig/crosscheck/crosscheck.h"
#include "rig/decode/decoder.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> real_captures() {
  std::vector<fs::path> files;
  const fs::path folder = fs::path(BREWPROOF_SOURCE_DIR) / "../shared/data/captures";
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Message> decode_file(const std::string& path) {
  std::vector<Message> messages;
  Decoder decoder({}, [&](Message&& m) { messages.push_back(std::move(m)); });
  auto reader = CaptureFileReader::open(path);
  EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
  if (!reader) return messages;
  for (;;) {
    auto packet = reader->next();
    if (!packet || !*packet) break;
    decoder.packet(**packet);
  }
  decoder.finish();
  return messages;
}

/// Differences that were looked into, and why they are right.
struct Known {
  std::uint64_t ours, theirs;
  const char* reason;
};
constexpr const char* by_port =
    "tshark takes the stream for what its port is known for; the bytes are a TLS hello";
constexpr const char* quic = "the hello stands inside QUIC, which has no room here yet";
constexpr const char* late =
    "bytes were never captured; tshark shows no message that has a hole in it, or, told to put "
    "segments in order, waits for the hole to be filled";
const std::map<std::string, Known> known = {
    {"dns-inverse-query.pcap dns queries", {0, 1, "an FDDI capture: only Ethernet is read"}},
    {"dns-inverse-query.pcap dns responses", {0, 1, "an FDDI capture: only Ethernet is read"}},
    {"http_content-range-gap.pcap http responses", {1, 0, late}},
    {"http_entity_gap2.pcap http responses", {1, 0, late}},
    {"http_zero-length-bodies-with-drops.pcap http requests", {7, 3, late}},
    {"http_zero-length-bodies-with-drops.pcap http responses", {8, 3, late}},
    {"quic_curl-8.1.2-dev-http3-www-google-de.pcap tls client hellos", {0, 1, quic}},
    {"quic_interop_quic-go_quic-go_zerortt.pcap tls client hellos", {0, 2, quic}},
    {"quic_merlinc2_Zeek_example.pcapng tls client hellos", {0, 1, quic}},
    {"quic_quic-multiple-initial-fragmented-crypto.pcap tls client hellos", {0, 1, quic}},
    {"quic_quicv2-echo-443.pcap tls client hellos", {0, 1, quic}},
    {"tls_https-to-http.pcap tls client hellos", {1, 0, by_port}},
    {"tls_irc-starttls.pcap tls client hellos", {1, 0, by_port}},
    {"tls_ssl-v2.pcap tls client hellos", {0, 1, "SSL 2.0 itself, which is not TLS"}},
};

TEST(RealCaptures, CountsAgreeWithTsharkOrTheDifferenceIsExplained) {
  const auto files = real_captures();
  if (files.empty()) GTEST_SKIP() << "no captures of real traffic beside the source tree";
  for (const fs::path& file : files) {
    const auto check = cross_check({file.string()}, count_kinds(decode_file(file.string())));
    if (!check && check.error().code == ErrorCode::host) GTEST_SKIP() << check.error().message;
    ASSERT_TRUE(check) << check.error().message;
    for (const KindComparison& k : check->kinds) {
      const auto reason = known.find(file.filename().string() + " " + k.kind);
      if (reason == known.end()) {
        EXPECT_EQ(k.ours, k.theirs) << file.filename() << " " << k.kind;
      } else {
        const Known& expected = reason->second;
        EXPECT_EQ(k.ours, expected.ours) << reason->first << ": " << expected.reason;
        EXPECT_EQ(k.theirs, expected.theirs) << reason->first << ": " << expected.reason;
      }
    }
  }
}

}  // namespace
}  // namespace brewproof
