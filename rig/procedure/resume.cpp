#include "rig/procedure/resume.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace brewproof {
namespace {

class Standing {
 public:
  Standing(const Plan& plan, const ProcedureFile& procedure, const std::vector<Record>& journal,
           const std::vector<Trial>& logged)
      : plan_(plan), procedure_(procedure), journal_(journal) {
    resumed_.trials = logged;
    resumed_.damage = damage_of(journal);
  }

  Resumed of() {
    add_cut_trials();
    lose_cut_blocks();
    do_again();
    read_stops();
    measure_time();
    return std::move(resumed_);
  }

 private:
  [[nodiscard]] const Slot* slot_of(std::int64_t trial) const {
    for (const std::vector<Slot>* slots : {&plan_.slots, &plan_.reserve})
      for (const Slot& slot : *slots)
        if (slot.trial == trial) return &slot;
    return nullptr;
  }

  // Trials that were begun and never came to their line in the log.
  void add_cut_trials() {
    std::map<std::int64_t, Trial> open;
    std::map<std::int64_t, bool> has_outcome;
    std::int64_t last_ns = 0;
    for (const Record& record : journal_) {
      last_ns = std::max(last_ns, record.at.real_ns);
      if (record.type == "resume") forget_done_again(record.body, open);
      const auto number = integer_of(record.body, "trial");
      const Slot* slot = number ? slot_of(*number) : nullptr;
      if (slot == nullptr) continue;
      if (record.type == "intent") {
        open[*number] = begun(*slot, record.at.real_ns);
        has_outcome[*number] = false;
      } else if (record.type == "outcome" && open.contains(*number)) {
        has_outcome[*number] = true;
        Trial& trial = open[*number];
        trial.start_ns = integer_of(record.body, "start_ns").value_or(trial.start_ns);
        if (const auto act = integer_of(record.body, "act_ns")) trial.act_ns = act;
      }
    }
    for (auto& [number, trial] : open) {
      if (!has_outcome[number]) resumed_.in_doubt.push_back(static_cast<int>(number));
      if (std::ranges::find(resumed_.trials, trial.trial, &Trial::trial) != resumed_.trials.end())
        continue;
      trial.end_ns = std::max({trial.start_ns, trial.act_ns.value_or(0), last_ns});
      resumed_.trials.push_back(trial);
    }
  }

  // An earlier resumption began these blocks anew: what was begun in them before does not count.
  static void forget_done_again(const nlohmann::json& resume, std::map<std::int64_t, Trial>& open) {
    const auto again = resume.find("again");
    if (again == resume.end() || !again->is_array()) return;
    std::erase_if(open, [&](const auto& begun) {
      return std::ranges::find(*again, nlohmann::json(*begun.second.block)) != again->end();
    });
  }

  [[nodiscard]] static Trial begun(const Slot& slot, std::int64_t real_ns) {
    Trial trial = trial_of(slot);
    trial.start_ns = trial.end_ns = real_ns;
    trial.status = TrialStatus::excluded;
    trial.reason = "cut-off";
    return trial;
  }

  [[nodiscard]] std::size_t slots_in(int block) const {
    std::size_t count = 0;
    for (const std::vector<Slot>* slots : {&plan_.slots, &plan_.reserve})
      count += static_cast<std::size_t>(std::ranges::count(*slots, block, &Slot::block));
    return count;
  }

  // A block that was begun and not ended is lost, also where the cut fell between two trials: time
  // went by that its lots do not know of.
  void lose_cut_blocks() {
    apply_damage(resumed_.trials, resumed_.damage);
    std::map<int, std::vector<const Trial*>> blocks;
    for (const Trial& trial : resumed_.trials)
      if (trial.block) blocks[*trial.block].push_back(&trial);
    const std::set<int> lost = lost_blocks(resumed_.trials);
    for (const auto& [block, trials] : blocks) {
      const bool cut = std::ranges::any_of(
          trials, [](const Trial* trial) { return trial->reason == "cut-off"; });
      if (!cut && (trials.size() == slots_in(block) || lost.contains(block))) continue;
      Damage span{"cut-off", trials.front()->start_ns, trials.front()->end_ns};
      for (const Trial* trial : trials) {
        span.from_ns = std::min(span.from_ns, trial->start_ns);
        span.to_ns = std::max(span.to_ns, trial->end_ns);
      }
      resumed_.of_cut.push_back(span);
      cut_.insert(block);
    }
    // A run that was cut twice has journalled its first cut already.
    std::erase_if(resumed_.of_cut, [&](const Damage& span) {
      return std::ranges::any_of(resumed_.damage, [&](const Damage& known) {
        return known.from_ns == span.from_ns && known.to_ns == span.to_ns;
      });
    });
    resumed_.damage.insert(resumed_.damage.end(), resumed_.of_cut.begin(), resumed_.of_cut.end());
    apply_damage(resumed_.trials, resumed_.damage);
  }

  [[nodiscard]] bool repeatable(int block) const {
    return std::ranges::all_of(resumed_.trials, [&](const Trial& trial) {
      if (trial.block != block || trial.sham) return true;
      const auto event = procedure_.events.find(trial.event);
      return event != procedure_.events.end() && event->second.repeatable;
    });
  }

  void do_again() {
    std::ptrdiff_t missing = std::ssize(lost_blocks(resumed_.trials)) -
                             static_cast<std::ptrdiff_t>(plan_.reserve_blocks);
    for (const int block : cut_) {
      if (missing <= 0) return;
      if (!repeatable(block)) continue;
      resumed_.again.push_back(block);
      std::erase_if(resumed_.trials, [&](const Trial& trial) { return trial.block == block; });
      --missing;
    }
  }

  void read_stops() {
    for (const Record& record : journal_) {
      const auto block = integer_of(record.body, "before_block");
      if (!block) continue;
      Served& served = resumed_.served[static_cast<int>(*block)];
      if (record.type == "service" && text_of(record.body, "stage") == "end") served.ended = true;
      if (record.type == "intent" && text_of(record.body, "action") == "conditioning")
        served.cups.push_back(text_of(record.body, "control"));
    }
  }

  // Every stretch from a plan or resume line to the last line before the next one.
  void measure_time() {
    std::int64_t from_ns = 0, last_ns = 0;
    for (const Record& record : journal_) {
      if (record.type == "plan" || record.type == "resume") {
        resumed_.elapsed_ns += last_ns - from_ns;
        from_ns = record.at.real_ns;
      }
      last_ns = record.at.real_ns;
    }
    resumed_.elapsed_ns = std::max<std::int64_t>(0, resumed_.elapsed_ns + last_ns - from_ns);
  }

  const Plan& plan_;
  const ProcedureFile& procedure_;
  const std::vector<Record>& journal_;
  std::set<int> cut_;
  Resumed resumed_;
};

}  // namespace

Resumed resume_from(const Plan& plan, const ProcedureFile& procedure,
                    const std::vector<Record>& journal, const std::vector<Trial>& logged) {
  return Standing(plan, procedure, journal, logged).of();
}

}  // namespace brewproof
