#include "rig/capture/capture_file.h"

#include "rig/capture/capture_format.h"

namespace brewproof {
namespace {

/// How else people pack captures; gzip is unpacked on the way.
struct Packed {
  std::string_view magic, name, command;
};
constexpr Packed packed_formats[] = {{"\x28\xb5\x2f\xfd", "zstd", "unzstd"},
                                     {"\x04\x22\x4d\x18", "lz4", "unlz4"},
                                     {"\xfd\x37zX", "xz", "unxz"},
                                     {"BZh", "bzip2", "bunzip2"},
                                     {"PK\x03\x04", "zip", "unzip"}};

}  // namespace

struct CaptureFileReader::State {
  std::unique_ptr<CaptureFormat> format;
  std::uint32_t file = 0;
  std::uint64_t frame = 0;
  std::optional<Error> damage;  // the first: a damaged file stays damaged
};

Result<CaptureFileReader> CaptureFileReader::open(const std::string& path, std::uint32_t file) {
  auto opened = open_file(path);
  if (!opened) return pass_on(std::move(opened));
  return over(bytes_of(std::move(*opened), path), path, file);
}

Result<CaptureFileReader> CaptureFileReader::over(std::unique_ptr<ByteSource> source,
                                                  const std::string& name, std::uint32_t file) {
  auto window = FileWindow::over(std::move(source), name);
  if (!window) return pass_on(std::move(window));
  auto state = std::make_unique<State>();
  state->file = file;
  for (const auto open_format : {open_pcapng, open_pcap}) {
    auto format = open_format(*window);
    if (!format) return pass_on(std::move(format));
    if (!*format) continue;
    state->format = std::move(*format);
    return CaptureFileReader(std::move(state));
  }
  const auto start = window->view(4);
  if (!start) return tl::unexpected(start.error());
  if (start->empty()) return damaged(*window, 0, "the file is empty");
  for (const Packed& packed : packed_formats)
    if (as_text(*start).starts_with(packed.magic))
      return damaged(*window, 0, "this is a {} file; unpack it first ({})", packed.name,
                     packed.command);
  return damaged(*window, 0, "neither pcap nor pcapng: it opens with {}", to_hex(*start));
}

Result<std::optional<Packet>> CaptureFileReader::next() {
  if (state_->damage) return tl::unexpected(*state_->damage);
  auto packet = state_->format->next();
  if (!packet) {
    state_->damage = packet.error();
  } else if (*packet) {
    (*packet)->place.file = state_->file;
    (*packet)->place.frame = ++state_->frame;
  }
  return packet;
}

std::optional<std::uint64_t> CaptureFileReader::dropped() const {
  return state_->format->dropped();
}

std::string_view CaptureFileReader::tls_keys() const { return state_->format->tls_keys(); }

CaptureFileReader::CaptureFileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureFileReader::CaptureFileReader(CaptureFileReader&&) noexcept = default;
CaptureFileReader& CaptureFileReader::operator=(CaptureFileReader&&) noexcept = default;
CaptureFileReader::~CaptureFileReader() = default;

}  // namespace brewproof
