#include "rig/command/analysis/foreign_log.h"

#include <algorithm>
#include <set>
#include <span>
#include <sstream>
#include <utility>

#include "rig/evidence/placed_json.h"
#include "rig/evidence/run_folder.h"
#include "rig/evidence/trials_log.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

class LogCheck {
 public:
  LogCheck(const std::string& path, const std::vector<Trial>& trials)
      : path_(path), trials_(trials) {
    for (std::size_t i = 0; i < trials.size(); ++i) by_start_.push_back(i);
    std::ranges::sort(by_start_, {},
                      [&](std::size_t i) { return std::pair(trials_[i].start_ns, i); });
    for (const Trial& trial : trials) (trial.sham ? shammed_ : events_).insert(trial.event);
  }

  [[nodiscard]] Result<void> faults() const {
    if (events_.empty())
      return fail(ErrorCode::bad_file,
                  "{}: no trial names an event: nothing was done to the machine", path_);
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      if (auto known = event_of_sham(i); !known) return known;
      if (auto known = currency(i); !known) return known;
    }
    for (std::size_t i = 1; i < by_start_.size(); ++i)
      if (auto apart = after(by_start_[i - 1], by_start_[i]); !apart) return apart;
    return {};
  }

  [[nodiscard]] std::vector<LogRemark> remarks() const {
    std::vector<LogRemark> found;
    numbers(found);
    overlaps(found);
    slips(found);
    return found;
  }

 private:
  // Each line is one trial: the reader lets no empty line pass.
  [[nodiscard]] std::string place(std::size_t index, const std::string& key) const {
    std::size_t column = 1;
    if (const auto text = read_file_whole(path_)) {
      std::istringstream lines(*text);
      std::string line;
      for (std::size_t i = 0; i <= index; ++i) std::getline(lines, line);
      column = read_placed_json(line).column_of("/" + key);
    }
    return fmt::format("{}:{}:{}", path_, index + 1, column);
  }

  [[nodiscard]] Result<void> event_of_sham(std::size_t i) const {
    const Trial& trial = trials_[i];
    if (!trial.sham || trial.event.empty() || events_.contains(trial.event)) return {};
    const std::vector<std::string> known(events_.begin(), events_.end());
    return fail(ErrorCode::bad_file,
                "{}: trial {} is a sham of {}, and no trial of this log does that{}",
                place(i, "of"), trial.trial, yaml::in_quotes(trial.event),
                yaml::did_you_mean(trial.event, known));
  }

  [[nodiscard]] Result<void> currency(std::size_t i) const {
    const Trial& trial = trials_[i];
    if (trial.currency.empty() || yaml::minor_digits(trial.currency) >= 0) return {};
    return fail(ErrorCode::bad_file,
                "{}: {} is no currency: write its ISO 4217 code, as EUR, so that amounts are found "
                "as 1.15 too",
                place(i, "currency"), yaml::in_quotes(trial.currency));
  }

  [[nodiscard]] Result<void> after(std::size_t earlier, std::size_t later) const {
    const Trial &a = trials_[earlier], &b = trials_[later];
    if (a.start_ns == b.start_ns)
      return fail(ErrorCode::bad_file,
                  "{}: trial {} begins at the same nanosecond as trial {} (line {}): one machine "
                  "does one thing at a time. Was a line copied, or are the times rounded?",
                  place(std::max(earlier, later), "start_ns"),
                  trials_[std::max(earlier, later)].trial, trials_[std::min(earlier, later)].trial,
                  std::min(earlier, later) + 1);
    if (b.start_ns < a.origin_ns())
      return fail(
          ErrorCode::bad_file,
          "{}: trial {} begins {} ns before the act of trial {} (line {}): one machine does "
          "one thing at a time. Are the times of one clock?",
          place(later, "start_ns"), b.trial, a.origin_ns() - b.start_ns, a.trial, earlier + 1);
    return {};
  }

  void numbers(std::vector<LogRemark>& found) const {
    std::set<int> there;
    for (const Trial& trial : trials_) there.insert(trial.trial);
    const int missing = *there.rbegin() - static_cast<int>(there.size());
    if (missing == 0) return;
    int first = 1;
    while (there.contains(first)) ++first;
    found.push_back({"numbers-missing", missing, first, "", ""});
  }

  void overlaps(std::vector<LogRemark>& found) const {
    LogRemark remark{"overlap", 0, 0, "", ""};
    std::int64_t end_ns = trials_[by_start_.front()].end_ns;
    for (const std::size_t i : std::span(by_start_).subspan(1)) {
      if (trials_[i].start_ns < end_ns && remark.trials++ == 0) remark.first = trials_[i].trial;
      end_ns = std::max(end_ns, trials_[i].end_ns);
    }
    if (remark.trials > 0) found.push_back(remark);
  }

  // "brwe" beside "brew", which has the shams.
  void slips(std::vector<LogRemark>& found) const {
    if (shammed_.contains("")) return;
    for (const std::string& event : events_) {
      if (shammed_.contains(event)) continue;
      for (const std::string& other : events_) {
        if (!shammed_.contains(other) || yaml::edit_distance(event, other) * 3 > other.size())
          continue;
        const auto is_it = [&](const Trial& trial) { return !trial.sham && trial.event == event; };
        found.push_back({"event-resembles", static_cast<int>(std::ranges::count_if(trials_, is_it)),
                         std::ranges::find_if(trials_, is_it)->trial, event, other});
        break;
      }
    }
  }

  const std::string& path_;
  const std::vector<Trial>& trials_;
  std::vector<std::size_t> by_start_;       // indices
  std::set<std::string> events_, shammed_;  // "" among the second: a pooled sham
};

}  // namespace

Result<ForeignLog> read_foreign_log(const std::string& path) {
  auto trials = read_trials_log(path);
  if (!trials) return pass_on(std::move(trials));
  const LogCheck check(path, *trials);
  if (auto sound = check.faults(); !sound) return pass_on(std::move(sound));
  std::vector<LogRemark> remarks = check.remarks();
  return ForeignLog{std::move(*trials), std::move(remarks)};
}

}  // namespace brewproof
