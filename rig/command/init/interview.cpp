#include "rig/command/init/interview.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <sstream>

#include "rig/command/station/station_text.h"
#include "rig/yaml/did_you_mean.h"

namespace brewproof {
namespace {

constexpr int most_channels = 64;

// A meter is asked for to see the machine's power: a balance is none of those.
bool offers(const DriverEntry& driver, std::string_view capability) {
  return driver.capability.find(capability) != std::string_view::npos &&
         (capability != "meter" || (!driver.measures.empty() && measures(driver, "power")));
}

int number_of(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// A letter, then letters, digits, _ and -, as names in a bench file are.
bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::isalpha(static_cast<unsigned char>(text[0])) &&
         std::ranges::all_of(
             text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

// "1=espresso 2=latte" as channel -> control; nullopt and a complaint for anything else.
std::optional<std::map<int, std::string>> read_buttons(const std::string& answer,
                                                       std::string& complaint) {
  std::map<int, std::string> buttons;
  if (is_none(answer)) return buttons;
  std::istringstream words(answer);
  for (std::string word; words >> word;) {
    if (word.back() == ',') word.pop_back();
    const std::size_t equals = word.find('=');
    const int channel = equals == std::string::npos ? 0 : number_of(word.substr(0, equals));
    const std::string name = equals == std::string::npos ? "" : word.substr(equals + 1);
    const auto is_taken = [&](const auto& button) { return button.second == name; };
    if (channel < 1 || channel > most_channels || !is_name(name))
      complaint = "\"" + word + "\": write CHANNEL=NAME, as 1=espresso 2=latte";
    else if (name == "dummy" || name == "card" || name == "watts" ||
             std::ranges::any_of(buttons, is_taken))
      complaint = "the name " + name + " is taken: another one, please";
    else if (!buttons.emplace(channel, name).second)
      complaint = fmt::format("channel {} is named twice", channel);
    if (!complaint.empty()) return std::nullopt;
  }
  return buttons;
}

class Interview {
 public:
  Interview(const Found& found, Questions& questions) : found_(found), questions_(questions) {}

  Result<BenchDraft> run() {
    for (const auto step :
         {&Interview::about_machine, &Interview::about_network, &Interview::about_boards,
          &Interview::about_buttons, &Interview::about_limits})
      if (auto asked = (this->*step)(); !asked) return pass_on(std::move(asked));
    return draft_;
  }

 private:
  Result<void> ask(std::string& into, const std::string& question, const std::string& otherwise,
                   const Complaint& complaint) {
    auto answer = questions_.ask(question, otherwise, complaint);
    if (!answer) return pass_on(std::move(answer));
    into = is_none(*answer) ? "" : *answer;
    return {};
  }

  Result<void> about_machine() {
    if (auto asked = ask(draft_.name, "Name of this bench", "bench-1", something); !asked)
      return asked;
    if (auto asked = ask(draft_.maker, "Maker of the machine", "", something); !asked) return asked;
    if (auto asked = ask(draft_.model, "Model", "", something); !asked) return asked;
    if (auto asked = ask(draft_.serial, "Serial number", "none", anything); !asked) return asked;
    return ask(draft_.firmware, "Firmware version", "none", anything);
  }

  Result<void> about_network() {
    std::vector<const FoundInterface*> choices;
    for (const FoundInterface& interface : found_.interfaces)
      if (!interface.loopback) choices.push_back(&interface);
    if (choices.empty())
      questions_.say("\nNo network interface is here to capture on.");
    else
      questions_.say("\nNetwork interfaces:");
    std::string otherwise = "none";
    bool is_heard = false;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      questions_.say(
          fmt::format("  {}  {}: {}", i + 1, choices[i]->name, interface_phrase(*choices[i])));
      // Where somebody is heard, else a wire on which this computer has no address of its own.
      const bool fits = choices[i]->carrier && choices[i]->addresses.empty();
      const bool heard = !choices[i]->heard.empty() && choices[i]->addresses.empty();
      if ((otherwise == "none" && fits) || (heard && !is_heard)) otherwise = std::to_string(i + 1);
      is_heard = is_heard || heard;
    }
    const auto chosen = [&](const std::string& answer) -> const FoundInterface* {
      const auto number = static_cast<std::size_t>(std::max(number_of(answer), 0));
      if (number >= 1 && number <= choices.size()) return choices[number - 1];
      const auto named =
          std::ranges::find_if(choices, [&](const auto* each) { return each->name == answer; });
      return named == choices.end() ? nullptr : *named;
    };
    auto answer = questions_.ask("Which one carries the machine's packets: number, name or none",
                                 otherwise, [&](const std::string& text) -> std::string {
                                   if (is_none(text) || chosen(text) != nullptr) return "";
                                   return "that is none of them; `none` leaves it out";
                                 });
    if (!answer) return pass_on(std::move(answer));
    const FoundInterface* interface = is_none(*answer) ? nullptr : chosen(*answer);
    return about_mac(interface);
  }

  // Without the address the machine's packets cannot be told from others.
  Result<void> about_mac(const FoundInterface* interface) {
    std::string otherwise = interface == nullptr ? "none" : "";
    if (interface != nullptr) {
      draft_.capture = interface->name;
      for (const std::string& mac : interface->heard) questions_.say("  heard there: " + mac);
      if (interface->heard.size() == 1) otherwise = interface->heard.front();
    }
    auto asked = ask(draft_.mac, "MAC address of the machine", otherwise,
                     [&](const std::string& answer) -> std::string {
                       if (interface != nullptr && is_none(answer))
                         return "without it the machine's packets cannot be told from others; it "
                                "stands on the type plate, or `brewproof devices` hears it";
                       return mac_or_none(answer);
                     });
    std::ranges::transform(draft_.mac, draft_.mac.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return asked;
  }

  Result<void> about_boards() {
    struct Role {
      const char *what, *capability, *name;
      std::optional<ResourceDraft>* into;
    };
    for (const Role& role : {Role{"relay board", "switch", "panel", &draft_.panel},
                             {"card reader adapter", "reader", "reader", &draft_.reader},
                             {"power meter", "meter", "meter", &draft_.meter}}) {
      auto resource = about_board(role.what, role.capability, role.name);
      if (!resource) return pass_on(std::move(resource));
      *role.into = std::move(*resource);
    }
    return {};
  }

  [[nodiscard]] std::vector<const DriverEntry*> drivers_that(std::string_view capability) const {
    std::vector<const DriverEntry*> fitting;
    for (const DriverEntry* driver : found_.drivers)
      if (offers(*driver, capability)) fitting.push_back(driver);
    return fitting;
  }

  // Boards that nobody uses yet, those first that a driver of this kind is usual for.
  [[nodiscard]] std::vector<const Board*> boards_for(std::string_view capability) const {
    std::vector<const Board*> usual, others;
    for (const Board& board : found_.boards) {
      if (std::ranges::find(used_, board.place) != used_.end() || board.bus == "gpio") continue;
      const bool fits = std::ranges::any_of(
          board.drivers, [&](const Recognised& each) { return offers(*each.driver, capability); });
      (fits ? usual : others).push_back(&board);
    }
    usual.insert(usual.end(), others.begin(), others.end());
    return usual;
  }

  Result<std::optional<ResourceDraft>> about_board(const std::string& what,
                                                   const std::string& capability,
                                                   const std::string& name) {
    const auto boards = boards_for(capability);
    questions_.say("");
    std::string otherwise = "none";
    for (std::size_t i = 0; i < boards.size(); ++i) {
      questions_.say(fmt::format("  {}  {}  {}", i + 1, boards[i]->node, board_phrase(*boards[i])));
      const auto usual = [&](const Recognised& each) { return offers(*each.driver, capability); };
      if (i == 0 && std::ranges::any_of(boards[i]->drivers, usual)) otherwise = "1";
    }
    auto answer = questions_.ask(
        fmt::format("The {}: {}a port as /dev/ttyUSB0, a driver's name, or none", what,
                    boards.empty() ? "" : "number, "),
        otherwise, [&](const std::string& text) { return place_complaint(text, boards.size()); });
    if (!answer) return pass_on(std::move(answer));
    if (is_none(*answer)) return std::nullopt;

    ResourceDraft resource{.name = name, .driver = "", .place = "", .options = {}};
    const int number = number_of(*answer);
    const Board* board = number > 0 ? boards[static_cast<std::size_t>(number) - 1] : nullptr;
    const DriverEntry* driver = find_driver(found_.drivers, *answer);
    if (board != nullptr) resource.place = board->place;
    if (board == nullptr && driver == nullptr) resource.place = "port: " + yaml_scalar(*answer);
    if (driver == nullptr) {
      auto chosen = about_driver(capability, board, resource);
      if (!chosen) return pass_on(std::move(chosen));
      driver = *chosen;
    }
    resource.driver = driver->name;
    if (auto asked = about_options(*driver, resource); !asked) return pass_on(std::move(asked));
    used_.push_back(resource.place);
    return resource;
  }

  [[nodiscard]] std::string place_complaint(const std::string& text, std::size_t boards) const {
    if (is_none(text) || text.starts_with("/") || find_driver(found_.drivers, text) != nullptr)
      return "";
    const int number = number_of(text);
    if (number >= 1 && static_cast<std::size_t>(number) <= boards) return "";
    return "that is none of them: a number of the list, a path that begins with /, or a driver "
           "from `brewproof devices --known`";
  }

  // What Enter stands for: the one driver that it can be. "" = only the person knows.
  [[nodiscard]] std::string driver_offered(const std::string& capability, const Board* board,
                                           const std::vector<Recognised>& usual) const {
    if (!usual.empty())
      return usual.front().sure || usual.size() == 1 ? std::string(usual.front().driver->name) : "";
    if (board != nullptr && board->bus != "serial") return "";
    const auto all = drivers_that(capability);
    const auto serial = [](const DriverEntry* each) { return each->transport == "serial"; };
    return std::ranges::count_if(all, serial) == 1
               ? std::string((*std::ranges::find_if(all, serial))->name)
               : "";
  }

  // Nothing is sent to find out which board it is: to some every byte is a command (ICStation's is
  // a mask of its relays).
  Result<const DriverEntry*> about_driver(const std::string& capability, const Board* board,
                                          ResourceDraft& resource) {
    std::vector<std::string> names;
    for (const DriverEntry* driver : drivers_that(capability)) names.emplace_back(driver->name);
    std::vector<Recognised> usual;
    if (board != nullptr)
      std::ranges::copy_if(board->drivers, std::back_inserter(usual), [&](const Recognised& each) {
        return offers(*each.driver, capability);
      });
    if (!usual.empty() && !usual.front().sure) {
      resource.adapter = fmt::format("{}:{}", board->vid, board->pid);
      std::string kinds;
      for (const Recognised& each : usual)
        kinds += (kinds.empty() ? "" : ", ") + std::string(each.driver->name);
      questions_.say(
          fmt::format("  {} is an adapter on boards of several kinds, {} among them: nothing here "
                      "tells which this is; its label or its seller does.",
                      resource.adapter, kinds));
    }
    auto answer = questions_.ask(
        fmt::format("Its driver: {}", fmt::join(names, ", ")),
        driver_offered(capability, board, usual), [&](const std::string& text) -> std::string {
          if (text.empty()) return something(text);
          if (std::ranges::find(names, text) != names.end()) return "";
          return fmt::format("there is no such driver{}", yaml::did_you_mean(text, names));
        });
    if (!answer) return pass_on(std::move(answer));
    return find_driver(found_.drivers, *answer);
  }

  // What must be known, and how many relays there are. A place that is chosen is not asked again.
  Result<void> about_options(const DriverEntry& driver, ResourceDraft& resource) {
    for (const OptionEntry& option : driver.options) {
      const bool is_place = option.name == "port" || option.name == "usb";
      const bool placed = !resource.place.empty();
      if (is_place ? (placed || option.name == "usb")
                   : !option.required && option.name != "channels")
        continue;
      std::string value;
      const bool needed = option.required || is_place;
      auto asked = ask(value, fmt::format("  {} ({})", option.name, option.meaning),
                       needed ? "" : "none", needed ? something : anything);
      if (!asked) return asked;
      if (value.empty()) continue;
      if (resource.place.empty())
        resource.place = fmt::format("{}: {}", option.name, yaml_scalar(value));
      else
        resource.options.emplace_back(option.name, value);
    }
    return {};
  }

  Result<void> about_buttons() {
    if (!draft_.panel) return {};
    questions_.say("");
    std::string complaint;
    auto answer = questions_.ask("Which channel is which button, as 1=espresso 2=latte", "none",
                                 [&](const std::string& text) {
                                   complaint.clear();
                                   (void)read_buttons(text, complaint);
                                   return complaint;
                                 });
    if (!answer) return pass_on(std::move(answer));
    draft_.buttons = read_buttons(*answer, complaint).value_or(std::map<int, std::string>{});
    std::string dummy;
    auto asked = ask(
        dummy, "A channel that is wired to nothing, for presses that must not reach the machine",
        "none", [&](const std::string& text) -> std::string {
          if (is_none(text)) return "";
          const int channel = number_of(text);
          if (channel < 1 || channel > most_channels)
            return fmt::format("a channel from 1 to {} is expected, or none", most_channels);
          return draft_.buttons.contains(channel)
                     ? fmt::format("channel {} is {}", channel, draft_.buttons.at(channel))
                     : "";
        });
    draft_.dummy = number_of(dummy);
    return asked;
  }

  Result<void> about_limits() {
    questions_.say("\nLimits of one run:");
    if (auto asked = ask(draft_.cups, "Cups", "60", count_or_none); !asked) return asked;
    if (draft_.reader) {
      if (auto asked = ask(draft_.payments, "Payments", "60", count_or_none); !asked) return asked;
      if (auto asked = ask(draft_.money, "Money", "200.00 EUR", money_or_none); !asked)
        return asked;
    }
    return ask(draft_.duration, "Time", "6 h", duration_or_none);
  }

  const Found& found_;
  Questions& questions_;
  BenchDraft draft_;
  std::vector<std::string> used_;  // places of boards that have a role
};

}  // namespace

Result<BenchDraft> interview(const Found& found, Questions& questions) {
  return Interview(found, questions).run();
}

}  // namespace brewproof
