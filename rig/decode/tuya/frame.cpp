#include "rig/decode/tuya/frame.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "rig/decode/cipher.h"
#include "rig/decode/text.h"

namespace brewproof::decode::tuya {
namespace {

constexpr std::size_t most = 65536;  // bytes behind a length: real ones are a few kilobytes
constexpr std::size_t suffix_size = 4, crc_size = 4, hmac_size = 32;
constexpr std::size_t nonce_size = 12, tag_size = 16;

/// What a frame of either kind has where.
struct Layout {
  std::array<std::uint8_t, 4> begins, ends;
  std::size_t header;  // bytes before what the length counts
  std::size_t behind;  // bytes after that
  std::size_t least;   // that a length may say
};
constexpr Layout plain_layout{{0, 0, 0x55, 0xaa}, {0, 0, 0xaa, 0x55}, 16, 0, 8};
constexpr Layout gcm_layout{
    {0, 0, 0x66, 0x99}, {0, 0, 0x99, 0x66}, 18, suffix_size, nonce_size + tag_size};

bool begins(ByteView bytes, const Layout& layout) {
  const std::size_t count = std::min(bytes.size(), layout.begins.size());
  return std::equal(layout.begins.begin(), layout.begins.begin() + count, bytes.begin());
}

bool holds_result(ByteView body) {
  return body.size() >= 4 && body[0] == 0 && body[1] == 0 && body[2] == 0;
}

/// A check sum of 32 bytes leaves whole blocks, behind a result or not.
bool may_have_hmac(ByteView behind_header) {
  if (behind_header.size() < hmac_size + suffix_size) return false;
  const std::size_t size = behind_header.size() - hmac_size - suffix_size;
  return size % block_size == 0 || (size % block_size == 4 && holds_result(behind_header));
}

void read_plain(Frame& frame, ByteView bytes) {
  const ByteView behind_header = bytes.subspan(plain_layout.header);
  const ByteView checked = bytes.first(bytes.size() - suffix_size - crc_size);
  const auto sum = ::crc32(0, checked.data(), static_cast<uInt>(checked.size()));
  ByteReader told(bytes.subspan(checked.size()));
  std::size_t check_size = crc_size;
  if (sum == told.be32()) {
    frame.check = Frame::Check::right;
  } else if (may_have_hmac(behind_header)) {
    check_size = hmac_size;
    frame.checked = bytes.first(bytes.size() - suffix_size - hmac_size);
    frame.hmac = bytes.subspan(frame.checked.size(), hmac_size);
  } else {
    frame.check = Frame::Check::wrong;
  }
  frame.payload = behind_header.first(behind_header.size() - check_size - suffix_size);
  frame.result = take_result(frame.payload);
}

void read_gcm(Frame& frame, ByteView bytes) {
  ByteReader reader(bytes.subspan(gcm_layout.header));
  frame.associated = bytes.subspan(4, gcm_layout.header - 4);
  frame.nonce = reader.take(nonce_size);
  frame.payload = reader.take(reader.remaining() - tag_size - suffix_size);
  frame.tag = reader.take(tag_size);
}

}  // namespace

Frame read_frame(ByteView bytes) {
  Frame frame;
  frame.gcm = begins(bytes, gcm_layout) && bytes.size() >= 3;
  const Layout& layout = frame.gcm ? gcm_layout : plain_layout;
  if (!begins(bytes, layout)) return frame;
  frame.state = Frame::State::cut;
  if (bytes.size() < layout.header) return frame;
  ByteReader reader(bytes.subspan(frame.gcm ? 6 : 4));
  frame.sequence = reader.be32();
  frame.command = reader.be32();
  const std::size_t length = reader.be32();
  if (length < layout.least || length > most) {
    frame.state = Frame::State::bad;
    frame.fault = fmt::format("Tuya length {} cannot be", length);
    frame.fault_at = layout.header - 4;
    return frame;
  }
  frame.size = layout.header + length + layout.behind;
  if (bytes.size() < frame.size) return frame;
  if (!std::ranges::equal(bytes.subspan(frame.size - suffix_size, suffix_size), layout.ends)) {
    frame.state = Frame::State::bad;
    frame.fault = fmt::format("no {} ends the Tuya frame", to_hex(layout.ends));
    frame.fault_at = frame.size - suffix_size;
    return frame;
  }
  frame.state = Frame::State::whole;
  frame.gcm ? read_gcm(frame, bytes.first(frame.size)) : read_plain(frame, bytes.first(frame.size));
  return frame;
}

void append_command(std::string& label, std::uint32_t command) {
  constexpr std::string_view names[] = {
      "discovery",   "set network",  "active",        "key start", "key answer", "key finish",
      "unbind",      "control",      "status",        "heartbeat", "query",      "query networks",
      "bind",        "control new",  "add devices",   "network",   "query new",  "scene",
      "query again", "discovery 19", "set network 20"};
  if (command < std::size(names)) {
    label += names[command];
    return;
  }
  switch (command) {
    case 0x23:
      label += "discovery 35";
      break;
    case 0x25:
      label += "discovery request";
      break;
    case 0x40:
      label += "extension";
      break;
    default:
      label += "command ";
      append_number(label, command);
  }
}

std::size_t find_frame(ByteView bytes) {
  for (std::size_t at = 1; at < bytes.size(); ++at)
    if (begins(bytes.subspan(at), plain_layout) || begins(bytes.subspan(at), gcm_layout)) return at;
  return bytes.size();
}

bool open_blocks(ByteView key, ByteView sealed, Bytes& plain) {
  if (key.size() != key_size || sealed.empty() || sealed.size() % block_size != 0) return false;
  const CipherContext context(EVP_CIPHER_CTX_new());
  plain.resize(sealed.size() + block_size);
  int written = 0, last = 0;
  const bool opened =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), plain.data(), &written, sealed.data(),
                        static_cast<int>(sealed.size())) == 1 &&
      EVP_DecryptFinal_ex(context.get(), plain.data() + written, &last) == 1;
  plain.resize(opened ? static_cast<std::size_t>(written + last) : 0);
  return opened;
}

bool open_gcm(ByteView key, const Frame& frame, Bytes& plain) {
  return open_aes128_gcm(key, frame.nonce, frame.associated, frame.payload, frame.tag, plain);
}

std::optional<std::uint32_t> take_result(ByteView& body) {
  if (!holds_result(body)) return std::nullopt;
  const std::uint32_t result = ByteReader(body).be32();
  body = body.subspan(4);
  return result;
}

}  // namespace brewproof::decode::tuya
