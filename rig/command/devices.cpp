// brewproof devices: what is plugged in, as lines for a bench file; with --known what could be.

#include <memory>

#include "drivers/catalogue.h"
#include "rig/command/command.h"
#include "rig/command/station/known_text.h"
#include "rig/command/station/station_text.h"

namespace brewproof {
namespace {

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
  CLI::App* verb = app.add_subcommand(
      "devices", "list ports, boards and network interfaces as lines for a bench file");
  auto known = std::make_shared<bool>(false);
  verb->add_flag("--known", *known, "list every driver with its options instead");
  verb->callback([known, &invocation] { devices(*known, invocation); });
}

}  // namespace brewproof
