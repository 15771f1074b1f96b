// Suites that authenticate and encrypt nothing (RFC 5246 section 6.2.3.1): the content stands
// there, an HMAC behind it. Without its key it is read all the same, and not authenticated.
#include <utility>

#include "rig/decode/tls/opener.h"
#include "rig/decode/tls/record_mac.h"

namespace brewproof::decode {
namespace {

class NullOpener final : public TlsOpener {
 public:
  NullOpener(std::size_t mac_size, std::optional<RecordMac> mac)
      : mac_size_(mac_size), mac_(std::move(mac)) {}

  std::optional<TlsOpened> open(ByteView header, ByteView sealed, std::uint64_t sequence) override {
    if (sealed.size() < mac_size_) return std::nullopt;
    const ByteView content = sealed.first(sealed.size() - mac_size_);
    if (mac_ && !mac_->authentic(header, sequence, content, sealed.last(mac_size_)))
      return std::nullopt;
    return TlsOpened{header[0], content};
  }
  [[nodiscard]] std::optional<std::size_t> overhead() const override { return mac_size_; }
  [[nodiscard]] bool authenticates() const override { return mac_.has_value(); }

 private:
  std::size_t mac_size_;
  std::optional<RecordMac> mac_;
};

}  // namespace

std::unique_ptr<TlsOpener> make_null_opener(const TlsSealing& sealing, const TlsKeys& keys) {
  if (keys.mac.empty()) return std::make_unique<NullOpener>(sealing.mac_size, std::nullopt);
  auto mac = RecordMac::make(sealing.mac, keys.mac);
  if (!mac) return nullptr;
  return std::make_unique<NullOpener>(sealing.mac_size, std::move(mac));
}

}  // namespace brewproof::decode
