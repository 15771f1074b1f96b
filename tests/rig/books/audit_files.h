// Audit files for tests: those of tests/data/books, and made ones whose G85 is worked out here, bit
// by bit, and not by what is tested.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "rig/books/audit_file.h"

namespace brewproof::books {

inline std::string sample(const std::string& name) {
  std::ifstream in(BREWPROOF_SOURCE_DIR "/tests/data/books/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline unsigned crc16_bit_by_bit(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xA001U : crc >> 1;
  }
  return crc;
}

/// DXS, ST, the records, G85, SE and DXE, all as they should be.
inline std::string made(const std::vector<std::string>& records) {
  std::string set = "ST*001*0001\r\n";
  for (const std::string& record : records) set += record + "\r\n";
  return "DXS*BRW0000001*VA*V1/6*1\r\n" + set +
         fmt::format("G85*{:04X}\r\nSE*{}*0001\r\nDXE*1*1\r\n", crc16_bit_by_bit(set),
                     records.size() + 3);
}

inline std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

/// "3:5: text" a line, "note" before those that are no damage.
inline std::string remarks_of(const AuditFile& file) {
  std::string all;
  for (const Remark& remark : file.all_remarks())
    all += fmt::format("{}{}:{}: {}\n", remark.damage ? "" : "note ", remark.at.line,
                       remark.at.column, remark.text);
  return all;
}

}  // namespace brewproof::books
