// A bench of one simulated relay board, and a procedure of 16 presses and shams that takes a few
// seconds: what a verb does with hardware, without a network.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/rig/command/command_line.h"
#include "tests/rig/process/started.h"

namespace brewproof {

namespace fs = std::filesystem;

class SmallBench : public CommandLine {
 protected:
  SmallBench() {
    panel_.emplace(board("panel"));
    write("small.bench.yaml", bench_text());
    write("presses.procedure.yaml", procedure_text());
  }

  /// A simulated relay board behind the port `place/name`.
  Child board(const std::string& name, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"lcus", "--port", (place / name).string(), "--channels", "4"};
    words.insert(words.end(), more.begin(), more.end());
    return simulator(std::move(words));
  }

  /// The whole simulated machine of `machine.yaml`, with its ports in `place/ports`.
  Child simulated_machine(const std::vector<std::string>& faults = {}) const {
    std::vector<std::string> words = {"machine",
                                      "--profile",
                                      (place / "machine.yaml").string(),
                                      "--ports",
                                      (place / "ports").string(),
                                      "--truth",
                                      (place / "truth.jsonl").string()};
    for (const std::string& fault : faults) words.insert(words.end(), {"--fault", fault});
    return simulator(std::move(words));
  }

  /// Nobody answers any more. The port's name goes too: the next board may get its terminal.
  void unplug_panel() {
    panel_.reset();
    fs::remove(place / "panel");
  }

  std::string bench_text(const std::string& more = "") const {
    return "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
           "resources:\n  panel: {driver: lcus_relay, port: " +
           (place / "panel").string() +
           ", channels: 4}\ncontrols:\n"
           "  espresso: {output: panel/1, press: 60 ms, max_on: 20 s}\n"
           "  dummy: {output: panel/4, press: 60 ms, max_on: 20 s, for: sham}\n" +
           more;
  }
  static std::string procedure_text(const std::string& of_brew = "") {
    return "brewproof: procedure/1\nname: presses\nevents:\n  brew: {do: [press: espresso], "
           "sham: {dummy: dummy}, observe: 100 ms" +
           of_brew +
           "}\n"
           "design: {blocks: 2, per_block: 4, reserve: 1, idle: 100 ms, drain: 10 ms, jitter: 50 "
           "ms, windows: [0..100 ms], alpha: 0.01}\n";
  }
  /// The command line that runs the procedure into the folder `r`.
  static std::vector<std::string> run_words(const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(place / name, std::ios::binary) << text;
  }
  nlohmann::json json_of(const std::string& name) const {
    return nlohmann::json::parse(text_of((place / name).string()));
  }
  std::string shell(const std::string& line) const {
    ChildSettings settings;
    settings.program = "/bin/sh";
    settings.arguments = {"-c", line};
    settings.working_folder = place.string();
    settings.pipe_stdout = true;
    return output_of(started(settings)).out;
  }

  std::optional<Child> panel_;
};

}  // namespace brewproof
