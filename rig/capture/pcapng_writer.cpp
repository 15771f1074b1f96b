#include "rig/capture/pcapng_writer.h"

#include <fcntl.h>

#include <bit>
#include <cerrno>
#include <cstring>

namespace brewproof {
namespace {
constexpr std::size_t kBuffer = 1u << 20;
// Files are written in this machine's byte order, as the format allows; every machine that runs
// this is little-endian, which keeps files comparable.
static_assert(std::endian::native == std::endian::little);
}  // namespace

void PcapngWriter::put16(std::uint16_t value) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
  buffer_.insert(buffer_.end(), bytes, bytes + sizeof value);
}
void PcapngWriter::put32(std::uint32_t value) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
  buffer_.insert(buffer_.end(), bytes, bytes + sizeof value);
}
void PcapngWriter::put64(std::uint64_t value) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
  buffer_.insert(buffer_.end(), bytes, bytes + sizeof value);
}
void PcapngWriter::put_padded(ByteView bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  buffer_.resize(buffer_.size() + (4 - bytes.size() % 4) % 4);
}
void PcapngWriter::put_option(std::uint16_t code, ByteView value) {
  put16(code);
  put16(static_cast<std::uint16_t>(value.size()));
  put_padded(value);
}
void PcapngWriter::put_time(std::int64_t time_ns) {
  const auto ticks = static_cast<std::uint64_t>(time_ns);
  put32(static_cast<std::uint32_t>(ticks >> 32));
  put32(static_cast<std::uint32_t>(ticks));
}

std::size_t PcapngWriter::begin_block(std::uint32_t type) {
  const std::size_t start = buffer_.size();
  put32(type);
  put32(0);  // end_block knows the length
  return start;
}
void PcapngWriter::end_block(std::size_t start) {
  const auto length = static_cast<std::uint32_t>(buffer_.size() - start + 4);
  std::memcpy(buffer_.data() + start + 4, &length, sizeof length);
  put32(length);
}

Result<PcapngWriter> PcapngWriter::create(const std::string& path, const std::string& interface,
                                          std::uint16_t link_type) {
  Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
  if (!file)
    return fail(ErrorCode::io, "creating the capture file {}: {}", path, std::strerror(errno));
  PcapngWriter writer(path, std::move(file));
  writer.buffer_.reserve(kBuffer + kSnapLength + 64);

  const std::size_t section = writer.begin_block(0x0a0d0d0a);
  writer.put32(0x1a2b3c4d);
  writer.put16(1);
  writer.put16(0);
  writer.put64(~std::uint64_t{0});                      // section length: not stated
  writer.put_option(4, as_bytes("brewproof-capture"));  // shb_userappl
  writer.put_option(0, {});
  writer.end_block(section);

  const std::size_t description = writer.begin_block(1);
  writer.put16(link_type);
  writer.put16(0);
  writer.put32(kSnapLength);
  writer.put_option(2, as_bytes(interface));  // if_name
  const std::uint8_t nanoseconds = 9;
  writer.put_option(9, ByteView(&nanoseconds, 1));  // if_tsresol
  writer.put_option(0, {});
  writer.end_block(description);
  if (auto flushed = writer.flush(); !flushed) return pass_on(std::move(flushed));
  return writer;
}

Result<void> PcapngWriter::write(std::int64_t time_ns, ByteView data, std::uint32_t original_length,
                                 std::string_view comment) {
  const std::size_t block = begin_block(6);
  put32(0);
  put_time(time_ns);
  put32(static_cast<std::uint32_t>(data.size()));
  put32(original_length);
  put_padded(data);
  if (!comment.empty()) {
    put_option(1, as_bytes(comment));  // opt_comment
    put_option(0, {});
  }
  end_block(block);
  ++packets_;
  return buffer_.size() >= kBuffer ? flush() : Result<void>{};
}

Error PcapngWriter::failed(const char* what) const {
  return {ErrorCode::io,
          fmt::format("{} the capture file {}: {}{}", what, path_, std::strerror(errno),
                      errno == ENOSPC ? "; free some space on that disk" : "")};
}

Result<void> PcapngWriter::flush() {
  for (std::size_t done = 0; done < buffer_.size();) {
    const ssize_t count = ::write(file_.number(), buffer_.data() + done, buffer_.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      const Error error = failed("writing");
      // What is whole stays whole; where even this fails, readers still find the packets before.
      if (::ftruncate(file_.number(), static_cast<off_t>(flushed_)) == 0)
        ::lseek(file_.number(), static_cast<off_t>(flushed_), SEEK_SET);
      return tl::unexpected(error);
    }
  }
  digest_.update(buffer_);
  flushed_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<void> PcapngWriter::sync() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (::fdatasync(file_.number()) != 0) return tl::unexpected(failed("syncing"));
  return {};
}

Result<std::string> PcapngWriter::close(const CaptureCounters& counters, std::int64_t time_ns) {
  const std::size_t block = begin_block(5);
  put32(0);
  put_time(time_ns);
  const auto counter = [&](std::uint16_t code, std::uint64_t value) {
    put_option(code, ByteView(reinterpret_cast<const std::uint8_t*>(&value), sizeof value));
  };
  counter(4, counters.received);           // isb_ifrecv
  counter(5, counters.interface_dropped);  // isb_ifdrop
  counter(7, counters.kernel_dropped);     // isb_osdrop
  counter(8, packets_);                    // isb_usrdeliv
  put_option(0, {});
  end_block(block);
  if (auto synced = sync(); !synced) return pass_on(std::move(synced));
  file_.close();
  return digest_.finish();
}

}  // namespace brewproof
