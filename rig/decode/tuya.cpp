// Tuya's local protocol (frames and their source: tuya/frame.h) over TCP, mostly port 6668, and its
// broadcasts over UDP 6666, 6667 and 7000. Told by the first four bytes, and broadcasts without a
// frame by what they open to. Broadcasts are sealed with a key that everybody knows, and opened
// (`payload|aes|json:/gwId`); what a device's own key seals is opened where that was given.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "rig/decode/fields.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/tally.h"
#include "rig/decode/tuya/device_keys.h"
#include "rig/decode/tuya/frame.h"

namespace brewproof::decode {
namespace {

using namespace tuya;

constexpr std::size_t version_size = 3, source_size = 12, digest_size = 16;

struct Opened {
  Bytes bytes;
};

/// "3.3", the first bytes of what that version carries.
bool begins_with_version(ByteView payload) {
  return payload.size() >= version_size && payload[0] == '3' && payload[1] == '.' &&
         payload[2] >= '1' && payload[2] <= '9';
}

/// "key start", "key answer", "key finish": they carry nonces.
bool agrees_on_key(std::uint32_t command) { return command >= 3 && command <= 5; }

/// Takes a version and who sends off the front: a CRC-32 for messages of the cloud's, a sequence
/// number of the sender's and the sender.
void take_source(Message& message, Outlet& out, ByteView& payload) {
  if (!begins_with_version(payload) || payload.size() < version_size + source_size) return;
  ByteReader reader(payload);
  out.text(message, "version", as_text(reader.take(version_size)));
  out.integer(message, "source_crc", reader.be32(), 4);
  out.integer(message, "source_sequence", reader.be32(), 4);
  out.integer(message, "source", reader.be32(), 4);
  payload = reader.rest();
}

void seal(Message& message, ByteView payload, std::size_t frame_size, const DeviceKeys* keys) {
  message.message += ' ';
  append_size_class(message.message, frame_size);
  message.sealed_bytes += payload.size();
  if (keys == nullptr || keys->given() == 0) {
    message.notes.emplace_back("sealed: the device's local key is not known");
  } else {
    message.notes.push_back(
        fmt::format("sealed: none of the local keys that were given ({}) opens it, or its session "
                    "key was agreed on before the capture",
                    keys->given()));
  }
}

/// `in_front`: what a device may put before what it says.
void add_opened(Message& message, Outlet& out, ByteView plain, std::size_t sealed_size,
                bool in_front = true) {
  out.count_value(message, sealed_size);
  const Outlet::Inside counted(out);
  if (in_front) {
    if (const auto result = take_result(plain)) out.integer(message, "result", *result);
    take_source(message, out, plain);
    while (!plain.empty() && plain.back() == 0) plain = plain.first(plain.size() - 1);
  }
  add_content(message, out, "payload|aes", plain);
}

/// A command of version 3.1: those alone are sealed, and written in base64 behind a digest.
bool add_31(Message& message, Outlet& out, const Frame& frame, DeviceKeys* keys) {
  ByteReader reader(frame.payload);
  out.text(message, "version", as_text(reader.take(version_size)));
  const ByteView digest = reader.take(std::min(digest_size, reader.remaining()));
  out.text(message, "digest", as_text(digest));
  const ByteView base64 = reader.rest();
  Bytes& plain = out.memory<Opened>().bytes;
  const bool opened = keys != nullptr && keys->open_31(digest, base64, plain);
  if (opened) {
    add_opened(message, out, plain, base64.size());
  } else {
    seal(message, base64, frame.size, keys);
  }
  return opened;
}

/// `keys`: of the connection; nullptr: a broadcast, whose key everybody knows. False: it stays
/// sealed.
bool add_payload(Message& message, Outlet& out, const Frame& frame, DeviceKeys* keys) {
  ByteView payload = frame.payload;
  Bytes& plain = out.memory<Opened>().bytes;
  if (!frame.gcm) {
    const ByteView head = payload.first(std::min(payload.size(), version_size + digest_size));
    if (payload.empty() || is_readable(as_text(head))) {
      if (begins_with_version(payload)) return add_31(message, out, frame, keys);
      add_content(message, out, "payload", payload);
      return true;
    }
    take_source(message, out, payload);
    if (payload.size() % block_size != 0) {
      message.notes.push_back(
          fmt::format("the payload's {} bytes are neither text nor sealed blocks", payload.size()));
      add_unread(message, out, "payload", payload);
      return true;
    }
  }
  const bool opened = keys != nullptr ? keys->open(frame, payload, plain)
                      : frame.gcm     ? open_gcm(broadcast_key, frame, plain)
                                      : open_blocks(broadcast_key, payload, plain);
  if (opened) {
    add_opened(message, out, plain, payload.size(), !agrees_on_key(frame.command));
  } else {
    seal(message, payload, frame.size, keys);
  }
  return opened;
}

/// False: its payload stays sealed.
bool add_frame(Message& message, Outlet& out, const Frame& frame, DeviceKeys* keys) {
  append_command(message.message, frame.command);
  out.integer(message, "sequence", frame.sequence, 4);
  if (frame.result) out.integer(message, "result", *frame.result, 4);
  if (frame.check == Frame::Check::wrong)
    message.notes.emplace_back("the check sum is not that of the message");
  return add_payload(message, out, frame, keys);
}

/// A broadcast without a frame.
bool read_bare(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.has_port(6666) && !datagram.has_port(6667)) return false;
  Bytes& plain = out.memory<Opened>().bytes;
  if (datagram.cut() || !open_blocks(broadcast_key, datagram.bytes, plain) || plain.empty() ||
      plain[0] != '{')
    return false;
  Message& message = begin(datagram, flow, out, "tuya");
  message.message = "discovery";
  add_opened(message, out, plain, datagram.bytes.size());
  out.send(message, flow);
  return true;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.size() < 16) return false;
  const Frame frame = read_frame(datagram.bytes);
  if (frame.state == Frame::State::foreign) return read_bare(datagram, flow, out);
  Message& message = begin(datagram, flow, out, "tuya");
  if (frame.state == Frame::State::whole) {
    static_cast<void>(add_frame(message, out, frame, nullptr));
    const ByteView rest = datagram.bytes.subspan(frame.size);
    if (!rest.empty())
      message.notes.push_back(fmt::format("{} bytes follow the Tuya frame", rest.size()));
    add_unread(message, out, "trailer", rest);
  } else {
    message.message = "malformed";
    if (!datagram.cut())
      out.malformed(message, frame.fault.empty()
                                 ? fmt::format("Tuya frame is cut off at byte {} of {}",
                                               datagram.bytes.size(), frame.size)
                                 : fmt::format("{}, at byte {}", frame.fault, frame.fault_at));
    add_unread(message, out, "payload", datagram.bytes);
  }
  out.send(message, flow);
  return true;
}

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out)
      : flow_(&flow), out_(&out), keys_(out.options.tls_secrets.local_keys()), tally_(flow, out) {}

  bool read(Side from, StreamBuffer& input) override {
    while (!input.empty()) {
      const Frame frame = read_frame(input.bytes());
      if (frame.state == Frame::State::cut) return true;
      if (frame.state != Frame::State::whole) {
        if (!broken(from, input, frame)) return false;
        continue;
      }
      Message& message = out_->begin(*flow_, from, input.span(0, frame.size), "tuya");
      message.size = frame.size;
      if (!add_frame(message, *out_, frame, &keys_))
        tally_.sealed(keys_.given() == 0 ? "tuya-no-key" : "tuya-wrong-key", message.first, {});
      out_->send(message, *flow_);
      input.consume(frame.size);
    }
    return true;
  }
  bool gap(Side, std::uint64_t) override { return false; }
  void end(Side, std::string_view) override {}

 private:
  /// Tells what stands before the next frame; false: there is none in sight.
  bool broken(Side from, StreamBuffer& input, const Frame& frame) {
    const ByteView bytes = input.bytes().first(find_frame(input.bytes()));
    Message& message = out_->begin(*flow_, from, input.span(0, bytes.size()), "tuya");
    message.message = "malformed";
    message.size = bytes.size();
    out_->malformed(message, frame.fault.empty()
                                 ? "no Tuya frame begins at byte 0"
                                 : fmt::format("{}, at byte {}", frame.fault, frame.fault_at));
    add_unread(message, *out_, "payload", bytes);
    out_->send(message, *flow_);
    input.consume(bytes.size());
    return !input.empty();
  }

  Flow* flow_;
  Outlet* out_;
  DeviceKeys keys_;
  SessionTally tally_;
};

Claim claims(ByteView bytes, const StreamStart&) {
  const Frame frame = read_frame(bytes);
  if (frame.state == Frame::State::foreign || frame.state == Frame::State::bad) return Claim::no;
  return frame.size == 0 ? Claim::more : Claim::yes;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room tuya_room{"tuya", read, claims, open};

}  // namespace brewproof::decode
