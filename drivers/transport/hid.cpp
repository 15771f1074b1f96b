#include "drivers/transport/hid.h"

namespace brewproof {
namespace {

constexpr std::uint8_t to_interface = 0x21, from_interface = 0xA1;  // class request
constexpr std::uint8_t get_report = 0x01, set_report = 0x09;
constexpr std::uint16_t output = 0x0200, feature = 0x0300;

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

Result<void> write_report(UsbLink& link, ByteView report) {
  if (const auto endpoint = link.endpoint(false)) return link.write(*endpoint, report);
  return link.control_out({to_interface, set_report, output, 0}, report);
}

}  // namespace brewproof
