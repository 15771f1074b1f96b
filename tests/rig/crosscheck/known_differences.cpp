// Differences with tshark on a folder of captures of real traffic (../shared/data/captures beside
// the source tree, from Zeek's tests) that were looked into, each with its reason.
#include "tests/rig/crosscheck/agreement.h"

namespace brewproof {
namespace {

constexpr const char* fddi = "an FDDI capture: that link layer is not read here";
constexpr const char* by_port =
    "tshark takes the stream for what its port is known for; the bytes are a TLS hello";
constexpr const char* ssl2 = "SSL 2.0 itself, which is not TLS";

}  // namespace

const std::vector<Known>& known_differences() {
  static const std::vector<Known> known = {
      {"dns-inverse-query.pcap", "dns queries", 1, 0, fddi},
      {"dns-inverse-query.pcap", "dns responses", 1, 0, fddi},
      {"tls_https-to-http.pcap", "tls client hellos", 1, 0, by_port},
      {"tls_irc-starttls.pcap", "tls client hellos", 1, 0, by_port},
      {"tls_irc-starttls.pcap", "tls server hellos", 1, 0, by_port},
      {"tls_ssl-v2.pcap", "tls client hellos", 0, 1, ssl2},
  };
  return known;
}

}  // namespace brewproof
