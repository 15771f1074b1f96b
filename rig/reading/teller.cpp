#include "rig/reading/teller.h"

#include <unistd.h>

#include <cerrno>

#include "rig/reading/decode_exit.h"

namespace brewproof {

void Teller::message(const Message& message) {
  begin();
  batch_.byte(static_cast<std::uint8_t>(Told::message));
  write(message, batch_);
}

void Teller::state(std::uint32_t file, const FileRead& read, const DecodeTotals& totals) {
  begin();
  batch_.byte(static_cast<std::uint8_t>(Told::state));
  batch_.number(file);
  write(read, batch_);
  write(totals, batch_);
  send();
}

void Teller::refusal(const Error& error) {
  begin();
  batch_.byte(static_cast<std::uint8_t>(Told::refusal));
  write(error, batch_);
  send();
}

void Teller::done(const DecodeTotals& totals) {
  begin();
  batch_.byte(static_cast<std::uint8_t>(Told::done));
  write(totals, batch_);
  send();
}

void Teller::begin() {
  if (batch_.size() > 0) return;
  batch_.reserve32();
  batch_.byte(telling_version);
}

void Teller::send() {
  batch_.fill32(0, static_cast<std::uint32_t>(batch_.size() - 4));
  for (ByteView left = batch_.view(); !left.empty();) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count > 0) left = left.subspan(static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) ::_exit(decode_exit::untold);
  }
  batch_.clear();
}

}  // namespace brewproof
