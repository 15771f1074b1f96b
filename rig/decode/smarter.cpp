// Smarter Coffee and iKettle 2.0 on TCP port 2081, and how they are found over UDP (sources:
// smarter/message.h). On their port what begins with a message is theirs; elsewhere a status or an
// introduction, which an appliance sends unasked and whose values are few, must come first.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/smarter/message.h"

namespace brewproof::decode {
namespace {

using namespace smarter;

constexpr std::uint16_t smarter_port = 2081;

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override {
    while (!input.empty()) {
      if (input.bytes()[0] == 0) {
        zeros(from, input);
        continue;
      }
      const Frame frame = read_frame(input.bytes());
      if (frame.state == Frame::State::cut) return true;
      if (frame.state == Frame::State::bad) {
        broken(from, input);
        return false;
      }
      Message& message = out_->begin(*flow_, from, input.span(0, frame.size), "smarter");
      message.size = frame.size;
      add_message(message, *out_, frame, input.bytes());
      out_->send(message, *flow_);
      input.consume(frame.size);
    }
    return true;
  }
  bool gap(Side, std::uint64_t) override { return false; }
  void end(Side, std::string_view) override {}

 private:
  /// Kettles send some between two messages, and apps behind one.
  void zeros(Side from, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    const auto end = std::ranges::find_if(bytes, [](std::uint8_t b) { return b != 0; });
    const auto count = static_cast<std::size_t>(end - bytes.begin());
    Message& message = out_->begin(*flow_, from, input.span(0, count), "smarter");
    message.message = "zeros";
    message.size = count;
    out_->send(message, *flow_);
    input.consume(count);
  }

  void broken(Side from, StreamBuffer& input) {
    const ByteView bytes = input.bytes().first(max_message);
    Message& message = out_->begin(*flow_, from, input.span(0, bytes.size()), "smarter");
    message.message = "malformed";
    message.size = bytes.size();
    out_->malformed(message, fmt::format("no end of the Smarter message that begins at byte 0 "
                                         "within {} bytes",
                                         max_message));
    add_unread(message, *out_, "payload", bytes);
    out_->send(message, *flow_);
    input.consume(bytes.size());
  }

  Flow* flow_;
  Outlet* out_;
};

Claim claims(ByteView bytes, const StreamStart& start) {
  // Most streams are told by their first byte, before an end is looked for.
  if (!start.has_port(smarter_port) &&
      !speaks_for_itself(bytes.first(std::min<std::size_t>(bytes.size(), 1))))
    return Claim::no;
  const Frame frame = read_frame(bytes);
  const bool own = start.has_port(smarter_port) && frame.kind != nullptr;
  const bool cut = frame.state == Frame::State::cut;
  if (!own && !speaks_for_itself(cut ? bytes : bytes.first(frame.size))) return Claim::no;
  if (cut) return Claim::more;
  return frame.state == Frame::State::whole && frame.fits ? Claim::yes : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.cut() || datagram.bytes.size() < 2) return false;
  if (!datagram.has_port(smarter_port) && !speaks_for_itself(datagram.bytes)) return false;
  const Frame frame = read_frame(datagram.bytes);
  if (frame.state != Frame::State::whole || !frame.fits || frame.size != datagram.bytes.size())
    return false;
  Message& message = begin(datagram, flow, out, "smarter");
  add_message(message, out, frame, datagram.bytes);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room smarter_room{"smarter", read, claims, open};

}  // namespace brewproof::decode
