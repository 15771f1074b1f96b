// HID reports over a UsbLink (HID 1.11, 7.2): the boards here use unnumbered ones (report id 0).
#pragma once

#include "drivers/transport/usb.h"

namespace brewproof {

/// Feature report by SET_REPORT. One exchange.
Result<void> set_feature(UsbLink& link, ByteView report, std::uint8_t id = 0);
/// Feature report by GET_REPORT; may be shorter than asked for. One exchange.
Result<Bytes> get_feature(UsbLink& link, std::size_t length, std::uint8_t id = 0);
/// The input report as it is now, by GET_REPORT, which every HID device must answer: it changes
/// nothing. One exchange.
Result<Bytes> get_input(UsbLink& link, std::size_t length);
/// Output report: on the interrupt endpoint where the board has one, by SET_REPORT otherwise.
Result<void> write_report(UsbLink& link, ByteView report);

/// Question and answer on the interrupt endpoints of a board that answers every report once. An
/// answer that did not come in time is owed, and never taken for the answer to a later question.
class ReportDialogue {
 public:
  explicit ReportDialogue(UsbLink& link) : link_(link) {}

  /// An order does not wait for what is still owed: whether its answer is its own only a later
  /// question can tell.
  enum class Kind { order, question };
  /// One exchange. Error `timeout`: no answer; whether the board obeyed is unknown.
  Result<Bytes> ask(Kind kind, ByteView report, std::size_t most);

 private:
  UsbLink& link_;
  int owed_ = 0;
  bool missed_one_ = false;  // an answer, ever
};

}  // namespace brewproof
