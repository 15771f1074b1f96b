#include "rig/model/form.h"

#include <cstring>

namespace brewproof {

void FormWriter::text(std::string_view value) {
  number(value.size());
  need(value.size());
  if (!value.empty()) std::memcpy(bytes_.data() + size_, value.data(), value.size());
  size_ += value.size();
}

std::size_t FormWriter::reserve32() {
  need(4);
  size_ += 4;
  return size_ - 4;
}

void FormWriter::fill32(std::size_t place, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes_[place + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace brewproof
