// brewproof devices: what is plugged in, as lines for a bench file; with --watch each board as it
// comes and goes; with --known what could be.

#include <atomic>
#include <chrono>
#include <memory>

#include "drivers/catalogue.h"
#include "drivers/transport/usb_watcher.h"
#include "rig/command/command.h"
#include "rig/command/station/board_news.h"
#include "rig/command/station/known_text.h"
#include "rig/command/station/station_text.h"
#include "rig/command/stop_request.h"
#include "rig/command/verb.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

void tell(const BoardNews& news, Invocation& invocation) {
  const TextStyle style{invocation.color(), invocation.width()};
  invocation.say((news.arrived ? "plugged in:\n" : "pulled out:\n") +
                 board_text(news.board, style));
  auto object = board_json(news.board);
  object["news"] = news.arrived ? "arrived" : "left";
  object["bus"] = news.board.bus;
  invocation.answer(object);
}

// USB tells at once that something happened; the port of a serial adapter appears a little later.
Result<void> watch(Invocation& invocation) {
  constexpr milliseconds look_up{200}, until_settled{3000};
  const std::atomic<int>& stop = stop_requests();
  auto watcher = UsbWatcher::start();
  if (!watcher) return pass_on(std::move(watcher));
  auto station = look_at_boards();
  if (!station) return pass_on(std::move(station));
  std::vector<Board> boards = boards_of(*station, driver_table());
  invocation.say(fmt::format("watching; boards and ports that are here already: {}; Ctrl-C ends",
                             boards.size()));
  invocation.answer({{"news", "watching"}, {"here", boards.size()}});
  auto settled = SteadyClock::now();
  while (stop == 0) {
    const auto event = watcher->next(look_up);
    if (!event) return tl::unexpected(event.error());
    if (event->has_value()) settled = SteadyClock::now() + until_settled;
    if (SteadyClock::now() > settled) continue;
    station = look_at_boards();
    if (!station) return pass_on(std::move(station));
    std::vector<Board> now = boards_of(*station, driver_table());
    for (const BoardNews& news : news_between(boards, now)) tell(news, invocation);
    boards = std::move(now);
  }
  return {};
}

void devices(bool known, Invocation& invocation) {
  const TextStyle style{invocation.color(), invocation.width()};
  if (known) {
    invocation.say(known_text(driver_table(), style));
    return invocation.answer(known_json(driver_table()));
  }
  const auto station = look_around();
  if (!station) return invocation.refuse(station.error());
  const std::vector<Board> boards = boards_of(*station, driver_table());
  invocation.say(station_text(boards, station->interfaces, style));
  invocation.answer(station_json(boards, station->interfaces));
}

}  // namespace

void add_devices(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "devices", "list ports, boards and network interfaces as lines for a bench file");
  auto known = std::make_shared<bool>(false);
  auto watched = std::make_shared<bool>(false);
  verb.flag("--known", *known, "list every driver with its options instead");
  verb.flag("--watch", *watched,
            "print each board or port as it comes and goes, until Ctrl-C; with --json one object a "
            "line");
  verb.excludes("--watch", "--known");
  verb.action([known, watched, &invocation] {
    if (!*watched) return devices(*known, invocation);
    if (auto seen = watch(invocation); !seen) invocation.refuse(seen.error());
  });
}

}  // namespace brewproof
