// brewproof-guardian: started by brewproof before an output moves, not by a person. Makes the
// outputs of a bench safe when its controller is killed, stopped or hangs (rig/guardian).

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "drivers/catalogue.h"
#include "rig/guardian/guard.h"

int main(int argc, char** argv) {
  try {
    CLI::App app{"Makes the outputs of a bench safe when its controller is gone",
                 "brewproof-guardian"};
    brewproof::GuardSettings settings;
    app.add_option("--bench", settings.bench, "bench file")->required();
    app.add_option("--sha256", settings.sha256, "of the bench file that the controller read");
    app.add_option("--controller", settings.controller, "its process")->required();
    app.add_option("--log", settings.log, "file for what was done");
    app.add_option("--lock", settings.lock, "descriptor of the bench's lock");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : 2;
    }
    return brewproof::guard(settings, brewproof::driver_table());
  } catch (const std::exception& bug) {
    fmt::print(stderr, "brewproof-guardian: internal fault: {}\n", bug.what());
    return 70;
  }
}
