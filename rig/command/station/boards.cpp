#include "rig/command/station/boards.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <ranges>

#include "rig/yaml/scalar_form.h"

namespace brewproof {
namespace {

using Sockets = std::set<std::string>;

// Printable ASCII: other serial numbers (a blank flash gives noise) are not fit to be written.
bool is_usable(const std::string& serial) {
  return !serial.empty() &&
         std::ranges::all_of(serial, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

// Where the devices of each kind and serial number are plugged in.
class Likes {
 public:
  explicit Likes(const Station& station) {
    for (const FoundPort& port : station.ports) add(port);
    for (const PluggedUsb& usb : station.usb) add(usb);
  }
  [[nodiscard]] std::size_t of_kind(const Board& board) const {
    return count(kinds_, board.vid + board.pid);
  }
  [[nodiscard]] std::size_t of_serial(const Board& board) const {
    return count(serials_, board.vid + board.pid + board.serial);
  }

 private:
  void add(const auto& device) {
    if (device.vid.empty()) return;
    kinds_[device.vid + device.pid].insert(device.usb_path);
    serials_[device.vid + device.pid + device.serial].insert(device.usb_path);
  }
  static std::size_t count(const std::map<std::string, Sockets>& sockets, const std::string& key) {
    const auto found = sockets.find(key);
    return found == sockets.end() ? 0 : found->second.size();
  }
  std::map<std::string, Sockets> kinds_, serials_;
};

void add_remark(Board& board, const std::string& text) {
  board.remark += (board.remark.empty() ? "" : "; ") + text;
}

// By serial number where there is a usable one that nobody else has, else by socket.
void place_on_usb(Board& board, const Likes& likes) {
  const bool unique = is_usable(board.serial) && likes.of_serial(board) == 1;
  if (unique)
    board.place = fmt::format("usb: {{vid: {}, pid: {}, serial: {}}}", board.vid, board.pid,
                              yaml_scalar(board.serial));
  else
    board.place =
        fmt::format("usb: {{path: {}, vid: {}, pid: {}}}", board.usb_path, board.vid, board.pid);
  if (!unique && likes.of_kind(board) > 1)
    add_remark(board,
               fmt::format("{} alike {}: only path, the socket that each is in, tells them apart; "
                           "label the plugs",
                           likes.of_kind(board),
                           board.serial.empty() ? "without serial number"
                                                : "with no serial number of their own"));
}

void place_port(Board& board, const Station& station, const Likes& likes) {
  const auto shares_socket = [&](const FoundPort& port) {
    return !port.usb_path.empty() && port.usb_path == board.usb_path;
  };
  const bool alone = std::ranges::count_if(station.ports, shares_socket) == 1;
  if (!board.vid.empty() && alone) return place_on_usb(board, likes);
  board.place = "port: " + yaml_scalar(board.by_path.empty() ? board.node : board.by_path);
  if (!board.vid.empty()) add_remark(board, "one of several ports of one adapter");
}

Board port_board(const FoundPort& port) {
  Board board;
  static_cast<UsbIdentity&>(board) = port;
  board.bus = "serial";
  board.node = port.path;
  board.by_path = port.by_path;
  board.by_id = port.by_id;
  return board;
}

Board usb_board(const PluggedUsb& usb) {
  Board board;
  static_cast<UsbIdentity&>(board) = usb;
  board.bus = "usb";
  board.node = usb.node;
  return board;
}

// The kernel's own chip: whichever driver is for GPIO lines, if this program has one.
Board chip_board(const FoundChip& chip, DriverTable drivers) {
  Board board;
  board.bus = "gpio";
  board.node = chip.path;
  board.product = chip.label;
  board.place = "chip: " + yaml_scalar(chip.path);
  for (const DriverEntry* driver : drivers)
    if (std::ranges::find(driver->options, "chip", &OptionEntry::name) != driver->options.end())
      board.drivers.push_back({driver, true});
  return board;
}

std::string role_of(const DriverEntry& driver) {
  const auto can = [&](const char* what) {
    return driver.capability.find(what) != std::string_view::npos;
  };
  if (can("switch")) return "panel";
  if (can("meter")) return "meter";
  if (can("input")) return "sensors";
  return can("reader") ? "reader" : "device";
}

void name_boards(std::vector<Board>& boards) {
  std::map<std::string, int> taken;
  for (Board& board : boards) {
    std::map<std::string, std::string> own;  // by role
    for (const Recognised& each : board.drivers) {
      const std::string role = role_of(*each.driver);
      std::string& name = own[role];
      if (name.empty()) {
        const int number = ++taken[role];
        name = number == 1 ? role : fmt::format("{}_{}", role, number);
      }
      board.names.push_back(name);
    }
  }
}

// What a line from here cannot know.
void tell_required_options(Board& board) {
  if (board.drivers.empty()) return;
  std::string missing;
  for (const OptionEntry& option : board.drivers.front().driver->options)
    if (option.required && option.name != "usb" && option.name != "port" && option.name != "chip")
      missing += fmt::format("{}{} ({})", missing.empty() ? "" : ", ", option.name, option.meaning);
  if (!missing.empty()) add_remark(board, "add what only you know: " + missing);
}

}  // namespace

std::vector<Board> boards_of(const Station& station, DriverTable drivers) {
  const Likes likes(station);
  std::vector<Board> boards;
  Sockets with_port;
  for (const FoundPort& port : station.ports) {
    Board board = port_board(port);
    with_port.insert(port.usb_path);
    board.drivers = recognise({board.vid, board.pid, board.manufacturer, board.product}, drivers);
    place_port(board, station, likes);
    boards.push_back(std::move(board));
  }
  for (const PluggedUsb& usb : station.usb) {
    if (with_port.contains(usb.usb_path)) continue;
    Board board = usb_board(usb);
    board.drivers = recognise({board.vid, board.pid, board.manufacturer, board.product}, drivers);
    if (usb.hub && board.drivers.empty()) continue;
    // It has no port that a driver of a serial board could open.
    const auto is_serial = [](const Recognised& each) {
      return each.driver->transport == "serial";
    };
    if (!std::ranges::all_of(board.drivers, is_serial)) std::erase_if(board.drivers, is_serial);
    place_on_usb(board, likes);
    boards.push_back(std::move(board));
  }
  for (const FoundChip& chip : station.chips) boards.push_back(chip_board(chip, drivers));
  for (Board& board : boards) {
    tell_required_options(board);
    if (station.closed.contains(board.node))
      add_remark(board, "this user may not open it: `brewproof doctor` prints the mend");
  }
  name_boards(boards);
  return boards;
}

std::string bench_line(const Board& board, std::size_t driver) {
  if (driver >= board.drivers.size()) return "";
  return bench_line(board.names[driver], board.drivers[driver].driver->name, board.place);
}

std::string bench_line(std::string_view name, std::string_view driver, std::string_view place) {
  return fmt::format("{}: {{driver: {}, {}}}", name, driver, place);
}

std::string yaml_scalar(std::string_view text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/' || c == ':';
  };
  // A colon only inside a path: elsewhere it may read as a key or as a sexagesimal number.
  if (!text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/') &&
      text.back() != ':' && std::ranges::all_of(text, is_plain) &&
      (text[0] == '/' || text.find(':') == std::string_view::npos) &&
      yaml::form_of(text) == yaml::ScalarForm::text)
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte == 0x7f)
      quoted += fmt::format("\\x{:02x}", byte);
    else
      quoted += c;
  }
  return quoted + "\"";
}

}  // namespace brewproof
