#include "rig/command/station/station_text.h"

#include <algorithm>

#include "results/inert_text.h"
#include "rig/model/canonical_json.h"
#include "rig/model/wrapped.h"

namespace brewproof {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  return text;
}

class Writer {
 public:
  explicit Writer(const TextStyle& style)
      : color_(style.color), width_(static_cast<std::size_t>(std::clamp(style.width, 40, 140))) {}

  void heading(const std::string& text) {
    out_ += (out_.empty() ? "" : "\n") + ink("1", text) + "\n";
  }
  void item(const std::string& name, const std::string& phrase) {
    const std::string head = "  " + ink("1", name) + "  ";
    const std::size_t columns = 4 + columns_of(name);
    out_ += head + wrapped(phrase, width_, std::min<std::size_t>(columns, 18)) + "\n";
  }
  void note(const std::string& text) { out_ += "      " + wrapped(text, width_, 6) + "\n"; }
  void bench(const std::string& line) { out_ += "      " + ink("36", line) + "\n"; }
  void plain(const std::string& text) { out_ += "  " + wrapped(text, width_, 2) + "\n"; }
  std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string ink(const char* code, const std::string& text) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
  bool color_;
  std::size_t width_;
  std::string out_;
};

void write_board(const Board& board, Writer& out) {
  out.item(board.bus == "usb" ? "USB socket " + board.usb_path : board.node, board_phrase(board));
  for (const std::string& link : {board.by_path, board.by_id})
    if (!link.empty()) out.bench(inert(link));
  if (board.drivers.empty()) {
    if (board.bus == "gpio") return;
    out.note("no driver is usual for it; where it is, for a line of your own:");
    out.bench(board.place);
  } else if (board.drivers.front().sure) {
    out.note("recognised: " + std::string(board.drivers.front().driver->summary));
    out.bench(bench_line(board));
  } else {
    out.note("an adapter on boards of several kinds; nothing here tells which this is, perhaps:");
    for (std::size_t i = 0; i < board.drivers.size(); ++i) out.bench(bench_line(board, i));
  }
  if (!board.remark.empty()) out.note("note: " + board.remark);
}

void write_boards(const std::vector<Board>& boards, const char* bus, const char* heading,
                  const char* none, Writer& out) {
  out.heading(heading);
  bool any = false;
  for (const Board& board : boards) {
    if (board.bus != bus) continue;
    any = true;
    write_board(board, out);
  }
  if (!any) out.plain(none);
}

void write_interface(const FoundInterface& interface, Writer& out) {
  out.item(interface.name, interface_phrase(interface));
  if (interface.loopback) return;
  if (!interface.may_capture) out.note("cannot capture: " + inert(interface.obstacle, 400));
  if (!interface.heard.empty()) out.note("heard just now, as dut: {mac: [...]}:");
  for (const std::string& mac : interface.heard) out.bench("mac: [\"" + mac + "\"]");
  if (interface.may_capture && interface.heard.empty())
    out.note("nobody sent anything within 0.3 s");
  out.bench(interface_line(interface));
}

}  // namespace

std::string board_text(const Board& board, const TextStyle& style) {
  Writer out(style);
  write_board(board, out);
  return out.take();
}

nlohmann::json board_json(const Board& board) {
  nlohmann::json drivers = nlohmann::json::array();
  for (std::size_t i = 0; i < board.drivers.size(); ++i)
    drivers.push_back({{"name", board.drivers[i].driver->name},
                       {"sure", board.drivers[i].sure},
                       {"bench", bench_line(board, i)}});
  return {{"node", text_or_null(board.node)},
          {"vid", text_or_null(board.vid)},
          {"pid", text_or_null(board.pid)},
          {"serial", text_or_null(board.serial)},
          {"path", text_or_null(board.usb_path)},
          {"manufacturer", text_or_null(board.manufacturer)},
          {"product", text_or_null(board.product)},
          {"by_path", text_or_null(board.by_path)},
          {"by_id", text_or_null(board.by_id)},
          {"drivers", drivers},
          {"place", board.place},
          {"bench", text_or_null(bench_line(board))},
          {"remark", text_or_null(board.remark)}};
}

std::string board_phrase(const Board& board) {
  if (board.bus == "gpio") return inert(board.product);
  if (board.vid.empty()) return "not on USB";
  std::string texts;
  for (const std::string& text : {board.manufacturer, board.product})
    if (!text.empty()) texts += fmt::format(" \"{}\"", inert(text, 40));
  return joined(
      {fmt::format("{}:{}{}", board.vid, board.pid, texts),
       board.serial.empty() ? "no serial number" : "serial number " + inert(board.serial),
       board.bus == "usb" || board.usb_path.empty() ? "" : "USB socket " + board.usb_path});
}

std::string interface_phrase(const FoundInterface& interface) {
  if (interface.loopback) return "loopback: this computer talking to itself";
  std::vector<std::string> parts{interface.up ? "up" : "switched off"};
  if (interface.up) parts.emplace_back(interface.carrier ? "cable" : "no cable");
  if (interface.speed_mbit > 0) parts.push_back(fmt::format("{} Mbit/s", interface.speed_mbit));
  parts.push_back(interface.mac);
  parts.insert(parts.end(), interface.addresses.begin(), interface.addresses.end());
  return joined(parts);
}

std::string interface_line(const FoundInterface& interface) {
  return "network: {capture: " + yaml_scalar(interface.name) + "}";
}

std::string station_text(const std::vector<Board>& boards,
                         const std::vector<FoundInterface>& interfaces, const TextStyle& style) {
  Writer out(style);
  write_boards(boards, "serial", "Serial ports", "none", out);
  write_boards(boards, "usb", "USB devices that are no serial port", "none", out);
  write_boards(boards, "gpio", "GPIO chips", "none", out);
  out.heading("Network interfaces");
  for (const FoundInterface& interface : interfaces) write_interface(interface, out);
  if (interfaces.empty()) out.plain("none");
  out.heading("Next");
  out.plain(
      "Paste the lines of boards below `resources:` and look whether `brewproof lint` agrees, or "
      "let `brewproof init` ask and write the whole file. `brewproof devices --known` lists every "
      "driver with its options.");
  return out.take();
}

nlohmann::json station_json(const std::vector<Board>& boards,
                            const std::vector<FoundInterface>& interfaces) {
  nlohmann::json all{{"serial", nlohmann::json::array()},
                     {"usb", nlohmann::json::array()},
                     {"gpio", nlohmann::json::array()},
                     {"interfaces", nlohmann::json::array()}};
  for (const Board& board : boards) all[board.bus].push_back(board_json(board));
  for (const FoundInterface& each : interfaces)
    all["interfaces"].push_back(
        {{"name", each.name},
         {"loopback", each.loopback},
         {"up", each.up},
         {"carrier", each.carrier},
         {"mac", each.mac},
         {"speed_mbit",
          each.speed_mbit > 0 ? nlohmann::json(each.speed_mbit) : nlohmann::json(nullptr)},
         {"addresses", each.addresses},
         {"offloads", each.offloads},
         {"may_capture", each.may_capture},
         {"obstacle", each.obstacle},
         {"heard", each.heard},
         {"bench",
          each.loopback ? nlohmann::json(nullptr) : nlohmann::json(interface_line(each))}});
  return all;
}

}  // namespace brewproof
