#include "drivers/transport/hid.h"

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::uint8_t to_interface = 0x21, from_interface = 0xA1;  // class request
constexpr std::uint8_t get_report = 0x01, set_report = 0x09;
constexpr std::uint16_t input = 0x0100, output = 0x0200, feature = 0x0300;

constexpr std::chrono::milliseconds late_answer_within{1000}, at_once{1};

std::uint16_t value_of(std::uint16_t type, std::uint8_t id) {
  return static_cast<std::uint16_t>(type | id);
}

}  // namespace

Result<void> set_feature(UsbLink& link, ByteView report, std::uint8_t id) {
  return link.control_out({to_interface, set_report, value_of(feature, id), 0}, report);
}

Result<Bytes> get_feature(UsbLink& link, std::size_t length, std::uint8_t id) {
  return link.control_in({from_interface, get_report, value_of(feature, id), 0}, length);
}

Result<Bytes> get_input(UsbLink& link, std::size_t length) {
  return link.control_in({from_interface, get_report, input, 0}, length);
}

Result<void> write_report(UsbLink& link, ByteView report) {
  if (const auto endpoint = link.endpoint(false)) return link.write(*endpoint, report);
  return link.control_out({to_interface, set_report, output, 0}, report);
}

Result<Bytes> ReportDialogue::ask(Kind kind, ByteView report, std::size_t most) {
  const auto in = link_.endpoint(true);
  if (!in)
    return fail(ErrorCode::protocol,
                "{}: the device has no endpoint to answer on: is it the board that the bench file "
                "says?",
                link_.resource());
  // Once one was missed, any may still come: a question begins with nothing left to be read.
  while (kind == Kind::question ? missed_one_ : owed_ > 0) {
    const bool worth_waiting = kind == Kind::question && owed_ > 0;
    const auto late = link_.read(*in, most, worth_waiting ? late_answer_within : at_once);
    if (late) {
      owed_ = std::max(0, owed_ - 1);
      continue;
    }
    if (late.error().code != ErrorCode::timeout) return late;
    if (worth_waiting) owed_ = 0;  // it is hardly coming any more
    break;
  }
  if (auto sent = write_report(link_, report); !sent) return pass_on(std::move(sent));
  auto answer = link_.read(*in, most, UsbLink::usual_time);
  if (!answer && answer.error().code == ErrorCode::timeout) {
    ++owed_;
    missed_one_ = true;
  }
  link_.finish();
  return answer;
}

}  // namespace brewproof
