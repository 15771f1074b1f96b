#include "drivers/modbus/rtu_device.h"

namespace brewproof {
namespace {

constexpr std::uint8_t read_coils_function = 0x01;
constexpr std::uint8_t read_input_registers_function = 0x04;
constexpr std::uint8_t write_coil_function = 0x05;
constexpr std::uint8_t write_coils_function = 0x0F;

std::uint8_t high(int word) { return static_cast<std::uint8_t>(word >> 8); }
std::uint8_t low(int word) { return static_cast<std::uint8_t>(word & 0xFF); }
std::size_t bytes_of_bits(int count) { return (static_cast<std::size_t>(count) + 7) / 8; }

Result<Sent> stamps_of(Result<RtuBus::Answer>&& answer) {
  if (!answer) return pass_on(std::move(answer));
  return answer->sent;
}

}  // namespace

Bytes RtuDevice::body(std::uint8_t function, int first, int second) const {
  return {low(address_), function, high(first), low(first), high(second), low(second)};
}

Result<RtuBus::Answer> RtuDevice::ask(Bytes body, Bytes head, std::size_t rest, std::string purpose,
                                      bool at_once) {
  return bus_->ask(resource_, {std::move(body), std::move(head), rest, std::move(purpose), at_once},
                   within_);
}

Result<RtuDevice::Registers> RtuDevice::read_input_registers(int first, int count) {
  const auto bytes = static_cast<std::size_t>(count) * 2;
  auto answer = ask(body(read_input_registers_function, first, count),
                    {read_input_registers_function, static_cast<std::uint8_t>(bytes)}, bytes,
                    fmt::format("read {} registers from {}", count, first), false);
  if (!answer) return pass_on(std::move(answer));
  Registers registers{{}, answer->address, answer->at, answer->sent};
  ByteReader words(answer->contents);
  for (int i = 0; i < count; ++i) registers.values.push_back(words.be16());
  return registers;
}

Result<RtuDevice::Coils> RtuDevice::read_coils(int first, int count) {
  const std::size_t bytes = bytes_of_bits(count);
  auto answer = ask(body(read_coils_function, first, count),
                    {read_coils_function, static_cast<std::uint8_t>(bytes)}, bytes,
                    fmt::format("read {} coils from {}", count, first), false);
  if (!answer) return pass_on(std::move(answer));
  Coils coils{{}, answer->sent};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    coils.values.push_back((answer->contents[i / 8] >> (i % 8) & 1) != 0);
  return coils;
}

Result<Sent> RtuDevice::write_coil(int coil, int value, bool at_once) {
  const Bytes request = body(write_coil_function, coil, value);
  return stamps_of(ask(request, {request.begin() + 1, request.end()}, 0,
                       fmt::format("write {:04X} to coil {:04X}", value, coil), at_once));
}

Result<Sent> RtuDevice::write_coils(int first, int count, bool on, bool at_once) {
  Bytes request = body(write_coils_function, first, count);
  const Bytes head(request.begin() + 1, request.end());
  const std::size_t bytes = bytes_of_bits(count);
  request.push_back(static_cast<std::uint8_t>(bytes));
  for (int left = count; left > 0; left -= 8)
    request.push_back(static_cast<std::uint8_t>(!on ? 0 : left >= 8 ? 0xFF : (1 << left) - 1));
  return stamps_of(ask(std::move(request), head, 0,
                       fmt::format("write {} coils from {}", count, first), at_once));
}

Result<Sent> RtuDevice::tell_coil(int coil, int value) {
  return bus_->tell(resource_, body(write_coil_function, coil, value));
}

Result<Sent> RtuDevice::tell_read_coils(int first, int count) {
  return bus_->tell(resource_, body(read_coils_function, first, count));
}

}  // namespace brewproof
