#include <limits>

#include "rig/capture/capture_format.h"

namespace brewproof {
namespace {

using std::uint16_t, std::uint32_t, std::uint64_t, std::uint8_t;

// draft-ietf-opsawg-pcapng, section 11.1.
enum Block : uint32_t {
  kInterface = 1,
  kObsoletePacket = 2,
  kSimplePacket = 3,
  kStatistics = 5,
  kEnhancedPacket = 6,
  kSecrets = 10,
  kSection = 0x0a0d0d0a,
};
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint32_t kLongestHeldBlock = kLongestPacket + (1u << 20);  // a packet with its options
constexpr std::size_t kMostInterfaces = 65536;
constexpr uint32_t kTlsKeyLog = 0x544c534b;     // secrets type, section 4.7 of the draft
constexpr std::size_t kMostKeyLog = 64u << 20;  // of one file

struct Interface {
  uint16_t link_type = 1;
  uint32_t snap_length = 0;
  uint8_t resolution = 6;       // if_tsresol: 10^-n, or 2^-n with bit 7
  std::int64_t offset_s = 0;    // if_tsoffset
  uint32_t check_sequence = 0;  // bytes
  std::optional<uint64_t> dropped;
};

/// Ticks of if_tsresol since 1970 as nanoseconds; nullopt beyond the year 2262.
std::optional<std::int64_t> to_nanoseconds(uint64_t ticks, const Interface& interface) {
  __extension__ using Wide = __int128;
  const unsigned exponent = interface.resolution & 0x7f;
  Wide ns = ticks;
  if ((interface.resolution & 0x80) != 0) {
    ns = ns * 1'000'000'000 >> exponent;  // below 2^94: the shift by up to 127 is defined
  } else {
    for (unsigned i = exponent; i < 9; ++i) ns *= 10;
    for (unsigned i = 9; i < exponent && ns != 0; ++i) ns /= 10;
  }
  ns += Wide{interface.offset_s} * 1'000'000'000;
  if (ns > std::numeric_limits<std::int64_t>::max() ||
      ns < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return static_cast<std::int64_t>(ns);
}

uint64_t add_saturated(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<uint64_t>::max() : sum;
}

class PcapngFormat final : public CaptureFormat {
 public:
  explicit PcapngFormat(FileWindow window) : window_(std::move(window)) {}

  Result<std::optional<Packet>> next() override {
    while (true) {
      window_.consume(std::exchange(current_, 0));
      start_ = window_.offset();
      const auto header = window_.view(12);
      if (!header) return tl::unexpected(header.error());
      if (header->empty()) return std::nullopt;
      if (header->size() < 12)
        return damage("the file ends inside a block header, {} of 12 bytes", header->size());
      // A section header reads the same in both byte orders; its magic then tells which it is.
      if (ByteOrder{}.u32(header->data()) == kSection) {
        if (auto begun = begin_section(header->data() + 8); !begun)
          return pass_on(std::move(begun));
      }
      const uint32_t type = order_.u32(header->data()), length = order_.u32(header->data() + 4);
      if (length < 12 || length % 4 != 0)
        return damage("a block of type {} claims a length of {} bytes", type, length);
      if (!is_read(type)) {
        if (auto passed = pass_over(type, length); !passed) return pass_on(std::move(passed));
        continue;
      }
      if (length > kLongestHeldBlock)
        return damage("a block of type {} claims a length of {} bytes", type, length);
      const auto block = window_.view(length);
      if (!block) return tl::unexpected(block.error());
      if (block->size() < length) return cut_off(type, block->size(), length);
      if (auto ended = check_end(type, length, block->data() + length - 4); !ended)
        return pass_on(std::move(ended));
      current_ = length;
      auto packet = read_block(type, block->subspan(8, length - 12));
      if (!packet || *packet) return packet;
    }
  }

  std::optional<uint64_t> dropped() const override {
    std::optional<uint64_t> sum = dropped_before_;
    for (const Interface& interface : interfaces_)
      if (interface.dropped) sum = add_saturated(sum.value_or(0), *interface.dropped);
    return sum;
  }

  std::string_view tls_keys() const override { return tls_keys_; }

 private:
  template <class... Arguments>
  tl::unexpected<Error> damage(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    return damaged(window_, start_, format, std::forward<Arguments>(arguments)...);
  }
  tl::unexpected<Error> cut_off(uint32_t type, uint64_t present, uint32_t length) {
    return damage("the file ends inside a block of type {}, {} of {} bytes", type, present, length);
  }
  static bool is_read(uint32_t type) {
    return type == kEnhancedPacket || type == kInterface || type == kStatistics ||
           type == kSimplePacket || type == kObsoletePacket || type == kSecrets || type == kSection;
  }

  Result<void> begin_section(const uint8_t* magic) {
    if (ByteOrder{false}.u32(magic) == kByteOrderMagic)
      order_.swapped = false;
    else if (ByteOrder{true}.u32(magic) == kByteOrderMagic)
      order_.swapped = true;
    else
      return damage("a section header without its byte-order magic");
    dropped_before_ = dropped();
    interfaces_.clear();
    return {};
  }

  /// Name resolution, custom and all later blocks: of any length, never held.
  Result<void> pass_over(uint32_t type, uint32_t length) {
    const auto skipped = window_.skip(length - 4);
    if (!skipped) return tl::unexpected(skipped.error());
    const auto end = window_.view(4);
    if (!end) return tl::unexpected(end.error());
    if (*skipped < length - 4 || end->size() < 4)
      return cut_off(type, *skipped + end->size(), length);
    current_ = 4;
    return check_end(type, length, end->data());
  }

  Result<void> check_end(uint32_t type, uint32_t length, const uint8_t* end) {
    if (const uint32_t repeated = order_.u32(end); repeated != length)
      return damage("a block of type {} opens with the length {} and ends with {}", type, length,
                    repeated);
    return {};
  }

  Result<std::optional<Packet>> read_block(uint32_t type, ByteView body) {
    switch (type) {
      case kEnhancedPacket:
      case kObsoletePacket:
        return read_packet(type, body);
      case kSimplePacket:
        return read_simple_packet(body);
      case kInterface:
        return none_after(read_interface(body));
      case kStatistics:
        return none_after(read_statistics(body));
      case kSecrets:
        return none_after(read_secrets(body));
      default:
        return none_after(read_section(body));
    }
  }
  static Result<std::optional<Packet>> none_after(Result<void> read) {
    if (!read) return pass_on(std::move(read));
    return std::nullopt;
  }

  Result<void> read_section(ByteView body) {
    if (body.size() < 16) return damage("a section header of {} bytes", body.size() + 12);
    if (const uint16_t major = order_.u16(body.data() + 4); major != 1)
      return damage("pcapng version {} is not known (1 is)", major);
    return {};
  }

  /// Calls `each(code, value)`; damage where an option runs past its block.
  template <class Each>
  Result<void> read_options(ByteView options, Each each) {
    while (options.size() >= 4) {
      const uint16_t code = order_.u16(options.data()), length = order_.u16(options.data() + 2);
      if (code == 0) return {};
      const std::size_t padded = 4 + (std::size_t{length} + 3) / 4 * 4;
      if (padded > options.size())
        return damage("option {} of {} bytes runs past its block", code, length);
      each(code, options.subspan(4, length));
      options = options.subspan(padded);
    }
    return {};
  }

  Result<void> read_interface(ByteView body) {
    if (body.size() < 8) return damage("an interface block of {} bytes", body.size() + 12);
    if (interfaces_.size() >= kMostInterfaces)
      return damage("more than {} interfaces", kMostInterfaces);
    Interface interface;
    interface.link_type = order_.u16(body.data());
    interface.snap_length = order_.u32(body.data() + 4);
    auto read = read_options(body.subspan(8), [&](uint16_t code, ByteView value) {
      if (code == 9 && value.size() == 1) interface.resolution = value[0];
      if (code == 14 && value.size() == 8)
        interface.offset_s = static_cast<std::int64_t>(order_.u64(value.data()));
      // if_fcslen is in bits by the draft; writers that mean bytes are common.
      if (code == 13 && value.size() == 1)
        interface.check_sequence = value[0] >= 16 ? value[0] / 8u : value[0];
    });
    if (read) interfaces_.push_back(interface);
    return read;
  }

  /// Counters run from the start of the capture, so the last block of an interface holds them all.
  Result<void> read_statistics(ByteView body) {
    if (body.size() < 12) return damage("a statistics block of {} bytes", body.size() + 12);
    const uint32_t index = order_.u32(body.data());
    if (index >= interfaces_.size())
      return damage("statistics of interface {}, of which there are {}", index, interfaces_.size());
    std::optional<uint64_t> dropped;
    auto read = read_options(body.subspan(12), [&](uint16_t code, ByteView value) {
      if ((code == 5 || code == 7) && value.size() == 8)  // isb_ifdrop, isb_osdrop
        dropped = add_saturated(dropped.value_or(0), order_.u64(value.data()));
    });
    if (read && dropped) interfaces_[index].dropped = dropped;
    return read;
  }

  /// TLS key logs are kept, others' secrets (SSH, WireGuard, Zigbee) are passed over.
  Result<void> read_secrets(ByteView body) {
    if (body.size() < 8) return damage("a secrets block of {} bytes", body.size() + 12);
    const uint32_t length = order_.u32(body.data() + 4);
    if (length > body.size() - 8)
      return damage("secrets of {} bytes in a block that has room for {}", length, body.size() - 8);
    if (order_.u32(body.data()) != kTlsKeyLog) return {};
    if (length > kMostKeyLog - std::min(kMostKeyLog, tls_keys_.size()))
      return damage("more than {} MiB of TLS keys", kMostKeyLog >> 20);
    tls_keys_ += as_text(body.subspan(8, length));
    // Lines of two blocks must not run together.
    if (!tls_keys_.empty() && tls_keys_.back() != '\n') tls_keys_ += '\n';
    return {};
  }

  Result<std::optional<Packet>> read_packet(uint32_t type, ByteView body) {
    if (body.size() < 20) return damage("a packet block of {} bytes", body.size() + 12);
    const uint8_t* at = body.data();
    const uint32_t index = type == kEnhancedPacket ? order_.u32(at) : order_.u16(at);
    if (index >= interfaces_.size())
      return damage("a packet of interface {}, of which there are {}", index, interfaces_.size());
    const uint32_t captured = order_.u32(at + 12);
    if (captured > body.size() - 20)
      return damage("a packet of {} bytes in a block that has room for {}", captured,
                    body.size() - 20);
    const Interface& interface = interfaces_[index];
    const auto time =
        to_nanoseconds(uint64_t{order_.u32(at + 4)} << 32 | order_.u32(at + 8), interface);
    if (!time) return damage("a packet's time is beyond the year 2262");
    return delivered(interface, *time, body.subspan(20, captured), order_.u32(at + 16));
  }

  /// Simple packets carry no time and always belong to the first interface.
  Result<std::optional<Packet>> read_simple_packet(ByteView body) {
    if (body.size() < 4) return damage("a packet block of {} bytes", body.size() + 12);
    if (interfaces_.empty()) return damage("a packet of interface 0, of which there are 0");
    const Interface& interface = interfaces_.front();
    const uint32_t original = order_.u32(body.data());
    std::size_t captured = original;
    if (interface.snap_length != 0)
      captured = std::min<std::size_t>(captured, interface.snap_length);
    if (captured > body.size() - 4)
      return damage("a packet of {} bytes in a block that has room for {}", captured,
                    body.size() - 4);
    return delivered(interface, 0, body.subspan(4, captured), original);
  }

  Packet delivered(const Interface& interface, std::int64_t time_ns, ByteView data,
                   uint32_t original) {
    Packet packet;
    packet.time_ns = time_ns;
    packet.data = data;
    packet.original_length = std::max(original, static_cast<uint32_t>(data.size()));
    packet.link_type = interface.link_type;
    packet.place.offset = start_;
    strip_check_sequence(packet, interface.check_sequence);
    return packet;
  }

  FileWindow window_;
  ByteOrder order_;
  uint64_t start_ = 0;       // offset of the block being read
  std::size_t current_ = 0;  // bytes of it that are still in view
  std::vector<Interface> interfaces_;
  std::optional<uint64_t> dropped_before_;  // in the sections before this one
  std::string tls_keys_;
};

}  // namespace

Result<std::unique_ptr<CaptureFormat>> open_pcapng(FileWindow& window) {
  const auto magic = window.view(4);
  if (!magic) return tl::unexpected(magic.error());
  if (magic->size() < 4 || ByteOrder{}.u32(magic->data()) != kSection) return nullptr;
  return std::make_unique<PcapngFormat>(std::move(window));
}

}  // namespace brewproof
