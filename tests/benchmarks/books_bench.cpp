// How many audit files (EVA-DTS) one core reads in a second, G85 checked and all records kept,
// beside the bare CRC over the same bytes in the same run: the floor of anything that checks them.
//
//   bench_books [FILES]    how many files are read, 20,000 where none are named

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <chrono>
#include <cstdlib>
#include <string>

#include "rig/books/audit_file.h"

namespace {

// A vending machine with `products` products, as large as such files are.
std::string audit_of(int products) {
  std::string set =
      "ST*001*0001\r\nID1*KD00412*K95*2.1*LOBBY**KIOSK-1\r\nID4*2*978*EUR\r\nID5*261128*101500\r\n"
      "VA1*444740*2081*8740*41\r\nVA2*0*6*0*0\r\nVA3*0*19*0*1\r\nCA2*0*0*0*0\r\n"
      "CA3*0*0*0*0*0*0*0*0*0*0\r\nDA2*444740*2081*8740*41\r\nEA3*11*261128*101500***0900***58*"
      "11\r\n";
  int records = 11;
  for (int id = 1; id <= products; ++id) {
    set += fmt::format(
        "PA1*{0}*180*Drink number {0}\r\nPA2*{1}*{2}*24*4320\r\nPA3*6*0*0*0\r\n"
        "PA4*19*0*0*0\r\n",
        id, 1000 + id, 180 * (1000 + id));
    records += 4;
  }
  boost::crc_16_type crc;
  crc.process_bytes(set.data(), set.size());
  return fmt::format("DXS*BRW0000001*VA*V1/6*1\r\n{}G85*{:04X}\r\nSE*{}*0001\r\nDXE*1*1\r\n", set,
                     crc.checksum(), records + 2);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int files = argc > 1 ? std::atoi(argv[1]) : 20'000;
  const std::string text = audit_of(24);
  std::size_t counters = 0;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < files; ++i) {
    const auto file = brewproof::books::read_audit_file(text);
    if (!file.sound()) return fmt::print(stderr, "books: the file is not sound\n"), 1;
    counters += file.audits.front().counters.size();
  }
  const double reading = seconds_since(start);
  unsigned checks = 0;
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < files; ++i) {
    boost::crc_16_type crc;
    crc.process_bytes(text.data(), text.size());
    checks += crc.checksum();
  }
  const double floor = seconds_since(start);
  fmt::print("{} files of {} bytes, {} counters each: {:.0f} a second, {:.1f} MB/s\n", files,
             text.size(), counters / static_cast<std::size_t>(files), files / reading,
             files * static_cast<double>(text.size()) / reading / 1e6);
  fmt::print("bare CRC-16 over the same bytes {:.1f} MB/s ({}); ratio {:.2f}\n",
             files * static_cast<double>(text.size()) / floor / 1e6, checks, reading / floor);
}
