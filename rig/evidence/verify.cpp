// Holds a run folder against its own journal. Each file has its own line, so that a damaged folder
// still says what of it is whole.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "rig/evidence/guardian_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/placed_json.h"
#include "rig/evidence/run_folder.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/nonce.h"
#include "rig/model/record.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

// What the journal says of one trial.
struct JournalledTrial {
  std::string event;
  bool sham = false;
  bool has_outcome = false;
  std::optional<std::int64_t> block, start_ns, act_ns;
};

class Verifier {
 public:
  explicit Verifier(const RunFolder& folder) : folder_(folder) {}

  Result<Verification> go() {
    journal();
    inputs();
    seed();
    lots();
    captures();
    trials();
    samples();
    findings();
    renderings();
    guardian();
    return std::move(result_);
  }

 private:
  void line(std::string what, bool holds, std::string detail) {
    result_.lines.push_back({std::move(what), holds, std::move(detail)});
  }
  void unchecked(std::string what, std::string detail) {
    result_.lines.push_back({std::move(what), false, std::move(detail), false});
  }
  [[nodiscard]] bool there(const std::string& name) const {
    std::error_code ignored;
    return std::filesystem::exists(folder_.file(name), ignored);
  }

  void journal() {
    auto check = read_journal(folder_.file("journal.jsonl"));
    if (!check) {
      line("journal.jsonl", false, check.error().message);
      return;
    }
    journal_ = std::move(*check);
    result_.closed = journal_.closed;
    const std::string whole =
        fmt::format("{} lines, head {}", journal_.records.size(), journal_.head);
    line("journal.jsonl", journal_.fault.empty(),
         journal_.fault.empty() ? whole : journal_.fault + "; before it stand " + whole);
    for (const Record& record : journal_.records) take(record);
    if (journal_.closed) {
      line("end of the run", true,
           text_of(journal_.records.back().body, "outcome") +
               (resumed_ == 0 ? "" : fmt::format(", resumed {} times", resumed_)));
    } else {
      unchecked("end of the run", "the journal has none: the run was cut off" + open_intents());
    }
  }

  [[nodiscard]] bool ended_by_fault() const {
    return journal_.closed && text_of(journal_.records.back().body, "outcome") == "rig_fault";
  }

  void take(const Record& record) {
    if (record.type == "plan") plan_ = record.body;
    if (record.type == "segment")
      segments_[segment_name(record.body)] = text_of(record.body, "sha256");
    if (record.type == "books" && record.body.contains("file"))
      segments_[text_of(record.body, "file")] = text_of(record.body, "sha256");
    if (record.type == "resume") forget_done_again(record.body);
    const auto number = integer_of(record.body, "trial");
    if (!number) return;
    JournalledTrial& trial = trials_[*number];
    if (record.type == "intent") {
      trial = {};
      trial.block = integer_of(record.body, "block");
      trial.event = text_of(record.body, "event");
      trial.sham = record.body.value("sham", nlohmann::json(false)) == true;
    } else if (record.type == "outcome") {
      trial.has_outcome = true;
      trial.start_ns = integer_of(record.body, "start_ns");
      trial.act_ns = integer_of(record.body, "act_ns");
    }
  }

  // A resumed run says which blocks it does again from their start.
  void forget_done_again(const nlohmann::json& resume) {
    ++resumed_;
    if (!resume.contains("again") || !resume["again"].is_array()) return;
    for (const nlohmann::json& block : resume["again"])
      std::erase_if(trials_, [&](const auto& trial) {
        return trial.second.block && block == *trial.second.block;
      });
  }

  // The capture process names its files within its own folder.
  static std::string segment_name(const nlohmann::json& body) {
    const std::string file = text_of(body, "file");
    return file.find('/') == std::string::npos ? "capture/" + file : file;
  }

  [[nodiscard]] std::string open_intents() const {
    std::vector<std::int64_t> open;
    for (const auto& [number, trial] : trials_)
      if (!trial.has_outcome) open.push_back(number);
    if (open.empty()) return "";
    return fmt::format("; trial {} was begun and has no outcome: what the machine did is unknown",
                       fmt::join(open, ", "));
  }

  void inputs() {
    hashed("plan.json", "plan_sha256");
    hashed("bench.yaml", "bench_sha256");
    hashed("procedure.yaml", "procedure_sha256");
  }

  void hashed(const std::string& name, const char* key) {
    const std::string journalled = text_of(plan_, key);
    if (!journalled.empty()) {
      file_hash(name, journalled);
    } else if (there(name)) {
      unchecked(name, "the journal holds no hash of it");
    }
  }

  // A seed that a nonce stands for is derived again from what the journal holds.
  void seed() {
    const std::string nonce = text_of(plan_, "nonce");
    const auto counter = integer_of(plan_, "counter");
    const auto seed = integer_of(plan_, "seed");
    if (nonce.empty() || !counter || !seed) return;
    const std::uint64_t derived =
        seed_of_nonce({nonce, text_of(plan_, "procedure_sha256"), text_of(plan_, "bench_sha256"),
                       static_cast<int>(*counter)});
    const bool same = derived == static_cast<std::uint64_t>(*seed);
    line("seed", same,
         fmt::format("the nonce stands for {}{}", derived,
                     same ? fmt::format(", with {} earlier runs", *counter)
                          : fmt::format(", the journal says {}", *seed)));
  }

  // Was done what the lots said? Every journalled intent against the plan's slot of its number.
  void lots() {
    auto text = read_file_whole(folder_.file("plan.json"));
    if (!text || trials_.empty()) return;
    const nlohmann::json plan = nlohmann::json::parse(*text, nullptr, false);
    std::map<std::int64_t, std::pair<std::string, bool>> slots;
    for (const char* part : {"slots", "reserve"}) {
      if (!plan.is_object() || !plan.contains(part) || !plan[part].is_array()) return;
      for (const nlohmann::json& slot : plan[part])
        if (const auto number = integer_of(slot, "trial"))
          slots[*number] = {text_of(slot, "event"), slot.value("sham", nlohmann::json()) == true};
    }
    std::string wrong;
    for (const auto& [number, trial] : trials_) {
      const auto slot = slots.find(number);
      if (wrong.empty() &&
          (slot == slots.end() || slot->second != std::pair(trial.event, trial.sham)))
        wrong = fmt::format("trial {} is not what the plan's lot says", number);
    }
    line("lots", wrong.empty(),
         wrong.empty() ? fmt::format("{} trials begun, each as the plan's lot says", trials_.size())
                       : wrong);
  }

  void file_hash(const std::string& name, const std::string& journalled) {
    auto hash = sha256_file(folder_.file(name));
    if (!hash)
      line(name, false, hash.error().message);
    else if (*hash != journalled)
      line(name, false, fmt::format("its SHA-256 is {}, journalled was {}", *hash, journalled));
    else
      line(name, true, journalled);
  }

  void captures() {
    for (const auto& [name, hash] : segments_) {
      // A journal is somebody's file too: it may not lead out of the folder.
      if (name.starts_with('/') || name.find("..") != std::string::npos)
        line("capture", false,
             "the journal names a file outside of the run folder: " + shown(name));
      else
        file_hash(name, hash);
    }
    unjournalled("capture", folder_.captures());
    unjournalled("payment", folder_.payment_captures());
  }

  // What is there without a hash in the journal.
  void unjournalled(const char* where, const Result<std::vector<std::string>>& found) {
    if (!found) {
      line(where, false, found.error().message);
      return;
    }
    for (const std::string& name : *found) {
      if (segments_.contains(name)) continue;
      if (ended_by_fault())
        unchecked(shown_name(name), "it was open when the rig failed: no hash was journalled");
      else if (journal_.closed)
        line(shown_name(name), false, "the journal does not know this file");
      else
        unchecked(shown_name(name), "it was open when the run was cut off: no hash was journalled");
    }
  }

  static std::string shown_name(const std::string& name) {
    const std::string text = shown(name);
    return text.substr(1, text.size() - 2);
  }

  void trials() {
    const std::string name = "trials.jsonl";
    if (trials_.empty() && !there(name)) return;
    auto log = read_trials_prefix(folder_.file(name));
    if (!log) {
      line(name, false, log.error().message);
      return;
    }
    std::string wrong = log->torn.empty() || !journal_.closed ? "" : log->torn;
    std::set<std::int64_t> logged;
    for (const Trial& trial : log->trials) {
      logged.insert(trial.trial);
      if (wrong.empty()) wrong = difference(trial);
    }
    for (const auto& [number, trial] : trials_)
      if (wrong.empty() && journal_.closed && trial.has_outcome && !logged.contains(number))
        wrong = fmt::format("trial {} is in the journal but not here", number);
    if (wrong.empty()) wrong = other_trials(name);
    line(name, wrong.empty(),
         !wrong.empty() ? wrong
                        : fmt::format("{} trials, as journalled{}", logged.size(),
                                      log->torn.empty() ? "" : "; the last line is torn"));
  }

  // The end line holds the hash of the whole log; "" = it is the same, or there is none.
  [[nodiscard]] std::string other_trials(const std::string& name) const {
    if (!journal_.closed) return "";
    const std::string journalled = text_of(journal_.records.back().body, "trials_sha256");
    const auto hash = sha256_file(folder_.file(name));
    if (journalled.empty() || !hash || *hash == journalled) return "";
    return fmt::format("its SHA-256 is {}, journalled was {}", *hash, journalled);
  }

  // What a trial's line says against its intent and outcome; "" = the same.
  [[nodiscard]] std::string difference(const Trial& trial) const {
    const auto found = trials_.find(trial.trial);
    // Behind a fault the journal cannot be read: nothing can be said.
    if (found == trials_.end())
      return journal_.fault.empty() ? fmt::format("trial {} is not in the journal", trial.trial)
                                    : "";
    const JournalledTrial& journalled = found->second;
    if (trial.event != journalled.event || trial.sham != journalled.sham)
      return fmt::format("trial {} is not the one whose intent was journalled", trial.trial);
    if ((journalled.start_ns && *journalled.start_ns != trial.start_ns) ||
        (journalled.act_ns && journalled.act_ns != trial.act_ns))
      return fmt::format("trial {} has other times than its journalled outcome", trial.trial);
    return "";
  }

  // What was read until the run was cut off has no hash, and neither have the runs before there
  // were samples.
  void samples() {
    const std::string name = "samples.jsonl";
    const std::string journalled =
        journal_.closed ? text_of(journal_.records.back().body, "samples_sha256") : "";
    if (!journalled.empty())
      file_hash(name, journalled);
    else if (there(name))
      unchecked(name, "the journal holds no hash of it");
  }

  void findings() {
    const std::string name = "findings.json";
    if (!there(name)) {
      absent(name);
      return;
    }
    auto text = read_file_whole(folder_.file(name));
    if (!text) {
      line(name, false, text.error().message);
      return;
    }
    findings_sha256_ = sha256(*text);
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
    const nlohmann::json run = json.is_object() ? json.value("run", nlohmann::json()) : json;
    if (!run.is_object()) {
      line(name, false, "it cannot be read as findings");
    } else if (text_of(run, "journal_head") != journal_.head) {
      line(name, false, "it was made from another journal than this one");
    } else if (text_of(run, "plan_sha256") != text_of(plan_, "plan_sha256")) {
      line(name, false, "it names another plan");
    } else if (const std::string file = other_capture(run); !file.empty()) {
      line(name, false, "it was made from another capture than " + file);
    } else {
      line(name, true, "made from this journal, this plan and these captures");
    }
  }

  [[nodiscard]] std::string other_capture(const nlohmann::json& run) const {
    if (!run.contains("captures") || !run["captures"].is_array()) return "";
    for (const nlohmann::json& capture : run["captures"]) {
      const auto journalled = segments_.find(text_of(capture, "file"));
      if (journalled != segments_.end() && journalled->second != text_of(capture, "sha256"))
        return journalled->first;
    }
    return "";
  }

  void renderings() {
    if (!there("report.html")) {
      absent("report.html");
    } else {
      auto html = read_file_whole(folder_.file("report.html"));
      const bool shows =
          html && !findings_sha256_.empty() && html->find(findings_sha256_) != std::string::npos;
      line("report.html", shows,
           !html   ? html.error().message
           : shows ? "it shows findings.json, SHA-256 " + findings_sha256_
                   : "it does not show this findings.json: brewproof report makes it anew");
    }
    if (!there("results.sqlite"))
      absent("results.sqlite");
    else
      unchecked("results.sqlite", "an index, not evidence: it can be rebuilt from this folder");
  }

  void guardian() {
    auto account = read_guardian_log(folder_.file("guardian.log"));
    if (!account)
      line("guardian.log", false, account.error().message);
    else if (*account)
      unchecked("guardian.log",
                (*account)->text + ((*account)->whole ? "" : "; a line of it cannot be read"));
  }

  void absent(const std::string& name) {
    unchecked(name, "it is not there: brewproof analyze makes it");
  }

  const RunFolder& folder_;
  JournalCheck journal_;
  nlohmann::json plan_;                          // body of the plan line
  std::map<std::string, std::string> segments_;  // journalled hash by file
  std::map<std::int64_t, JournalledTrial> trials_;
  int resumed_ = 0;
  std::string findings_sha256_;
  Verification result_;
};

}  // namespace

bool Verification::holds() const {
  return std::ranges::all_of(lines, [](const Line& line) { return line.holds || !line.checked; });
}

Result<Verification> verify_run(const RunFolder& folder) { return Verifier(folder).go(); }

}  // namespace brewproof
