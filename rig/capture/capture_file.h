// Reads capture files: our own pcapng, and pcap or pcapng made elsewhere, also packed by gzip,
// without loading them whole. Truncated or damaged files yield every packet before the damage, then
// an error that names the byte offset. Of a packed file, the offsets are those of the unpacked
// bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rig/capture/byte_source.h"
#include "rig/model/packet.h"
#include "rig/model/result.h"

namespace brewproof {

class CaptureFileReader {
 public:
  /// `file` becomes PacketPlace::file of every packet.
  [[nodiscard]] static Result<CaptureFileReader> open(const std::string& path,
                                                      std::uint32_t file = 0);
  /// The bytes of a capture from anywhere; `name` stands for the path in errors.
  [[nodiscard]] static Result<CaptureFileReader> over(std::unique_ptr<ByteSource> source,
                                                      const std::string& name,
                                                      std::uint32_t file = 0);
  CaptureFileReader(CaptureFileReader&&) noexcept;
  CaptureFileReader& operator=(CaptureFileReader&&) noexcept;
  ~CaptureFileReader();

  /// The next packet; nullopt at the end of the file. The packet's data is valid until the next
  /// call. Error `bad_file` with "path:offset" at damage; the packets before it were delivered.
  [[nodiscard]] Result<std::optional<Packet>> next();

  /// Packets lost at capture, from the Interface Statistics Blocks read so far (sum of drops);
  /// nullopt where the file has none.
  [[nodiscard]] std::optional<std::uint64_t> dropped() const;

  /// The TLS key log (NSS format) from the Decryption Secrets Blocks read so far: whole when a
  /// packet is delivered that follows them. Valid until the next call of next().
  [[nodiscard]] std::string_view tls_keys() const;

 private:
  struct State;
  explicit CaptureFileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
