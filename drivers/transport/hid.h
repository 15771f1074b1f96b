// HID reports over a UsbLink (HID 1.11, 7.2): the boards here use unnumbered ones (report id 0).
#pragma once

#include "drivers/transport/usb.h"

namespace brewproof {

/// Feature report by SET_REPORT. One exchange.
Result<void> set_feature(UsbLink& link, ByteView report, std::uint8_t id = 0);
/// Feature report by GET_REPORT; may be shorter than asked for. One exchange.
Result<Bytes> get_feature(UsbLink& link, std::size_t length, std::uint8_t id = 0);
/// Output report: on the interrupt endpoint where the board has one, by SET_REPORT otherwise.
Result<void> write_report(UsbLink& link, ByteView report);

}  // namespace brewproof
