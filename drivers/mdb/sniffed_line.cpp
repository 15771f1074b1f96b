#include "drivers/mdb/sniffed_line.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace brewproof::mdb {
namespace {

constexpr std::size_t time_digits = 10;

// Takes what stands up to the next comma, and that comma.
std::string_view take_field(std::string_view& rest) {
  const std::size_t length = std::min(rest.find(','), rest.size());
  const std::string_view field = rest.substr(0, length);
  rest.remove_prefix(std::min(length + 1, rest.size()));
  return field;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || text.front() == '-' || read.ec != std::errc{} ||
      read.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

// Adds what `hex` stands for; false where it stands for no bytes.
bool add_bytes(Bytes& bytes, std::string_view hex) {
  if (hex.size() % 2 != 0) return false;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    const auto byte = number_of<std::uint8_t>(hex.substr(at, 2), 16);
    if (!byte) return false;
    bytes.push_back(*byte);
  }
  return true;
}

std::optional<std::uint8_t> lone_byte(std::string_view word, From from) {
  if (word == "ACK") return 0x00;
  if (word == "NAK") return 0xFF;
  if (word == "RET" && from == From::master) return 0xAA;
  return std::nullopt;
}

}  // namespace

Read<SniffedLine> read_sniffed_line(std::string_view line) {
  std::string_view rest = line;
  const auto fault = [&](std::string_view field, std::string_view why) {
    return tl::unexpected(Fault{static_cast<std::size_t>(field.data() - line.data()), why});
  };
  if (take_field(rest) != "x") return fault(line, "a sniffed line begins with x");
  const std::string_view status_text = take_field(rest);
  const auto status = number_of<std::uint8_t>(status_text, 16);
  if (!status || status_text.size() != 2) return fault(status_text, "the status is two hex digits");
  if ((*status & 0x7FU) != 0) return fault(status_text, "the adapter marks the block as damaged");
  SniffedLine value;
  value.from = *status == 0x80 ? From::peripheral : From::master;
  const std::string_view time = take_field(rest);
  const auto ticks = number_of<std::int64_t>(time, 10);
  if (!ticks || time.size() != time_digits) return fault(time, "the time is ten digits");
  value.ticks = *ticks;

  const std::string_view first = take_field(rest);
  if (const auto lone = lone_byte(first, value.from)) {
    if (!rest.empty()) return fault(rest, "the line goes on behind its last field");
    value.bytes.push_back(*lone);
    return value;
  }
  if (first.empty() || !add_bytes(value.bytes, first))
    return fault(first, "hex digits, ACK, NAK or RET are expected");
  if (value.from == From::master) {
    if (value.bytes.size() != 1) return fault(first, "a command is one byte");
    if (address_of(value.bytes[0]) == 0) return fault(first, "no device has address 0");
    const std::string_view parameters = take_field(rest);
    if (!add_bytes(value.bytes, parameters)) return fault(parameters, "hex digits are expected");
  }
  if (!rest.empty()) return fault(rest, "the line goes on behind its last field");
  if (value.bytes.size() >= longest_block) return fault(first, "the block is longer than 36 bytes");
  value.bytes.push_back(check_byte(value.bytes));
  return value;
}

}  // namespace brewproof::mdb
