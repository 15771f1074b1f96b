#include "rig/command/analysis/identity.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "rig/contract/contract_check.h"
#include "rig/model/host_of.h"
#include "rig/model/terminal_flow.h"
#include "rig/proof/machine_change.h"

namespace brewproof {
namespace {

// "KD1 K95, software 2.1.7, board B1": what a reading of the books says of the machine.
std::string machine_text(const nlohmann::json& machine) {
  std::string text;
  for (const auto& [key, word] : {std::pair("serial", ""),
                                  {"model", ""},
                                  {"build", "build "},
                                  {"board", "board "},
                                  {"software", "software "}})
    if (const std::string value = text_of(machine, key); !value.empty())
      text += (text.empty() ? "" : ", ") + (word + value);
  return text;
}

// One line of answers, in order.
struct Answers {
  IdentityProbe probe;
  std::string now;
};

class Journalled {
 public:
  void take(const Record& record) {
    if (record.type == "identity")
      answer(text_of(record.body, "probe"), text_of(record.body, "resource"),
             text_of(record.body, "says"), record.at.real_ns);
    const auto machine = record.body.find("machine");
    if (record.type == "books" && machine != record.body.end())
      answer("books", "", machine_text(*machine), record.at.real_ns);
  }
  void give(FindingsRun& run) && {
    for (auto& [key, answers] : lines_) run.identity_probes.push_back(std::move(answers.probe));
    std::ranges::move(changes_, std::back_inserter(run.machine_changes));
  }

 private:
  // An answer that did not come, or was damaged, says nothing.
  void answer(const std::string& probe, const std::string& of, const std::string& says,
              std::int64_t at_ns) {
    if (says.empty()) return;
    const auto [line, first] = lines_.try_emplace({probe, of}, Answers{{probe, of, says, 0}, says});
    Answers& answers = line->second;
    ++answers.probe.times;
    if (says != answers.now)
      changes_.push_back({at_ns, of.empty() ? probe : probe + " " + of, answers.now, says});
    answers.now = says;
  }

  std::map<std::pair<std::string, std::string>, Answers> lines_;
  std::vector<MachineChange> changes_;
};

bool is_boot(const KeptMessage& message, const std::vector<std::string>& boot_messages) {
  return message.from_dut && !of_terminal(message) &&
         std::ranges::any_of(boot_messages, [&](const std::string& declared) {
           return covers_message(declared, message.message());
         });
}

/// Trials in which the rig cut the machine's mains, as the journal says.
std::set<int> cut_by_the_rig(const std::vector<Record>& journal) {
  std::set<int> cut;
  for (const Record& record : journal) {
    const auto steps = record.body.find("steps");
    if (record.type != "outcome" || steps == record.body.end()) continue;
    const bool power = std::ranges::any_of(*steps, [](const nlohmann::json& step) {
      return step.is_object() && step.contains("power");
    });
    if (power) cut.insert(record.body.value("trial", 0));
  }
  return cut;
}

/// Begins of trials, and whether a start anew from there to the next begin is the trial's own
/// doing.
std::map<std::int64_t, bool> asked_for(const AnalysisSource& source) {
  const std::set<int> cut = cut_by_the_rig(source.journal);
  std::map<std::int64_t, bool> asked;
  for (const Trial& trial : source.trials) asked[trial.start_ns] = cut.contains(trial.trial);
  return asked;
}

void tell_boots(const AnalysisSource& source, const ProofInput& input, FindingsRun& run) {
  if (source.boot_messages.empty() || source.trials.empty()) return;
  const auto [first, last] = std::ranges::minmax_element(source.trials, {}, &Trial::start_ns);
  const std::map<std::int64_t, bool> asked = asked_for(source);
  std::map<std::string, IdentityProbe> probes;
  for (const KeptMessage& message : input.messages) {
    if (!is_boot(message, source.boot_messages)) continue;
    ++probes
          .try_emplace(message.message(),
                       IdentityProbe{"boot message", host_of(message.peer()), message.message(), 0})
          .first->second.times;
    if (message.time_ns < first->start_ns || message.time_ns > last->end_ns) continue;
    if (!std::prev(asked.upper_bound(message.time_ns))->second)
      run.restarts.push_back({message.time_ns, message.message()});
  }
  for (auto& [name, probe] : probes) run.identity_probes.push_back(std::move(probe));
  std::ranges::sort(run.restarts, {}, [](const MachineRestart& restart) {
    return std::tie(restart.time_ns, restart.message);
  });
}

}  // namespace

void tell_identity(const AnalysisSource& source, const ProofInput& input, FindingsRun& run) {
  auto [changes, probes] = machine_words(input.messages);
  run.machine_changes = std::move(changes);
  run.identity_probes = std::move(probes);
  Journalled journalled;
  for (const Record& record : source.journal) journalled.take(record);
  std::move(journalled).give(run);
  tell_boots(source, input, run);
  std::ranges::sort(run.machine_changes, {}, [](const MachineChange& change) {
    return std::tie(change.time_ns, change.path);
  });
  std::ranges::sort(run.identity_probes, {}, [](const IdentityProbe& probe) {
    return std::tie(probe.probe, probe.of, probe.says);
  });
}

}  // namespace brewproof
