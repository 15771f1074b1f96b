// The two file formats behind CaptureFileReader. A format owns its window; it is asked for packets
// until it returns nullopt or an error.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "rig/capture/file_window.h"
#include "rig/model/packet.h"
#include "rig/model/result.h"

namespace brewproof {

/// Longest packet that is believed. Real ones end at 256 KiB (libpcap's largest snapshot); a
/// length above this is damage.
constexpr std::uint32_t kLongestPacket = 16u << 20;

class CaptureFormat {
 public:
  virtual ~CaptureFormat() = default;
  /// `place.file` and `place.frame` are the caller's to fill in.
  [[nodiscard]] virtual Result<std::optional<Packet>> next() = 0;
  [[nodiscard]] virtual std::optional<std::uint64_t> dropped() const { return std::nullopt; }
  [[nodiscard]] virtual std::string_view tls_keys() const { return {}; }
};

/// Classic pcap (draft-ietf-opsawg-pcap): microseconds or nanoseconds, either byte order. Nullptr
/// where the file is of another format. Error `bad_file` where the header is damaged.
[[nodiscard]] Result<std::unique_ptr<CaptureFormat>> open_pcap(FileWindow& window);
/// pcapng (draft-ietf-opsawg-pcapng): any number of sections and interfaces, either byte order.
[[nodiscard]] Result<std::unique_ptr<CaptureFormat>> open_pcapng(FileWindow& window);

/// Error `bad_file` that opens with "path:offset: ".
template <class... Arguments>
[[nodiscard]] tl::unexpected<Error> damaged(const FileWindow& window, std::uint64_t offset,
                                            fmt::format_string<Arguments...> format,
                                            Arguments&&... arguments) {
  return tl::unexpected<Error>(
      Error{ErrorCode::bad_file,
            fmt::format("{}:{}: {}", window.path(), offset,
                        fmt::format(format, std::forward<Arguments>(arguments)...))});
}

/// Integers in the byte order of the file's writer. The caller has checked the length.
struct ByteOrder {
  bool swapped = false;  // against this machine's

  [[nodiscard]] std::uint16_t u16(const std::uint8_t* at) const {
    const auto value = load<std::uint16_t>(at);
    return swapped ? __builtin_bswap16(value) : value;
  }
  [[nodiscard]] std::uint32_t u32(const std::uint8_t* at) const {
    const auto value = load<std::uint32_t>(at);
    return swapped ? __builtin_bswap32(value) : value;
  }
  [[nodiscard]] std::uint64_t u64(const std::uint8_t* at) const {
    const auto value = load<std::uint64_t>(at);
    return swapped ? __builtin_bswap64(value) : value;
  }

 private:
  template <class T>
  static T load(const std::uint8_t* at) {
    T value;
    __builtin_memcpy(&value, at, sizeof value);
    return value;
  }
};

/// Takes the frame check sequence off the captured and the original length.
inline void strip_check_sequence(Packet& packet, std::uint32_t length) {
  if (length == 0 || packet.original_length < length) return;
  packet.original_length -= length;
  if (packet.data.size() > packet.original_length)
    packet.data = packet.data.first(packet.original_length);
}

}  // namespace brewproof
