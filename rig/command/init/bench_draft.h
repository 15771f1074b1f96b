// A bench file before it is written: what a person answered, and its text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace brewproof {

/// One board: `NAME: {driver: D, PLACE, options...}`.
struct ResourceDraft {
  std::string name, driver;
  std::string place;                                         // "usb: {...}", "port: /dev/..."
  std::vector<std::pair<std::string, std::string>> options;  // as a person wrote them
  std::string adapter = "";  // "1a86:7523" where only a person knows what is behind it
};

struct BenchDraft {
  std::string name;
  std::string maker, model, serial, firmware, mac;  // "" = left out, but for maker and model
  std::string capture;                              // interface; "" = none
  std::optional<ResourceDraft> panel, reader, meter;
  std::map<int, std::string> buttons;           // channel -> control
  int dummy = 0;                                // channel; 0 = none
  std::string cups, payments, money, duration;  // as written; "" = no limit
};

/// The bench file, with a comment at what a person may want to change. `schema` is the path of
/// bench.schema.json for editors.
[[nodiscard]] std::string bench_text(const BenchDraft& draft, const std::string& schema);

}  // namespace brewproof
