#include "rig/evidence/bench_log.h"

#include <algorithm>
#include <filesystem>

namespace brewproof {
namespace {

constexpr std::ptrdiff_t most_others = 50;

template <class Work>
auto newest(Work& work, const std::string& id) -> decltype(&work.front()) {
  const auto found =
      std::find_if(work.rbegin(), work.rend(), [&](const BenchWork& w) { return w.id == id; });
  return found == work.rend() ? nullptr : &*found;
}

bool resumes(const nlohmann::json& begin) {
  return begin.value("resumed", nlohmann::json()) == true;
}

void take(const std::string& type, const nlohmann::json& body, std::int64_t real_ns,
          std::vector<BenchWork>& work) {
  BenchWork* known = newest(work, text_of(body, "id"));
  if (type == "begin" && resumes(body) && known != nullptr) {
    known->outcome = known->verdict = "";
  } else if (type == "begin") {
    work.push_back({text_of(body, "kind"), text_of(body, "id"), text_of(body, "machine"),
                    text_of(body, "procedure"), real_ns, "", "", body, nlohmann::json::object()});
  } else if (type == "end" && known != nullptr) {
    known->outcome = text_of(body, "outcome");
    known->end = body;
  } else if (type == "verdict" && known != nullptr) {
    known->verdict = text_of(body, "verdict");
  }
}

bool same_runs(const BenchWork& one, const std::string& procedure, const std::string& machine) {
  return one.kind == "run" && one.procedure == procedure && one.machine == machine;
}

}  // namespace

Result<BenchLogCheck> read_bench_log(const std::string& path) {
  BenchLogCheck found;
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return found;
  auto check = read_journal(path);
  if (!check) return pass_on(std::move(check));
  for (const Record& record : check->records)
    take(record.type, record.body, record.at.real_ns, found.work);
  found.lines = check->records.size();
  found.head = check->head;
  found.fault = check->fault;
  return found;
}

std::string bench_log_path(const std::string& bench_file) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::canonical(bench_file, error);
  if (error) path = bench_file;
  if (path.extension() == ".yaml" || path.extension() == ".yml") path.replace_extension();
  if (path.extension() == ".bench") path.replace_extension();
  return path.string() + ".bench.log";
}

int runs_of(const std::vector<BenchWork>& work, const std::string& procedure,
            const std::string& machine) {
  return static_cast<int>(std::ranges::count_if(
      work, [&](const BenchWork& one) { return same_runs(one, procedure, machine); }));
}

RunHistory history_of(const std::vector<BenchWork>& work, const std::string& id) {
  RunHistory history;
  const BenchWork* self = newest(work, id);
  if (self == nullptr) return history;
  history.of = 0;
  for (const BenchWork& one : work) {
    if (!same_runs(one, self->procedure, self->machine)) continue;
    ++history.of;
    if (&one == self) {
      history.number = history.of;
      continue;
    }
    ++history.became[one.verdict == "INCONCLUSIVE" ? "inconclusive" : one.outcome];
    history.others.push_back({history.of, one.id, one.begun_ns, one.outcome, one.verdict});
  }
  if (std::ssize(history.others) > most_others)
    history.others.erase(history.others.begin(), history.others.end() - most_others);
  return history;
}

Result<BenchLog> BenchLog::open(const std::string& path, Clock& clock) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(path, error) && !error;
  auto journal = is_new ? Journal::create(path, clock) : Journal::reopen(path, clock);
  if (!journal && journal.error().code == ErrorCode::io)
    return fail(
        ErrorCode::io,
        "the bench's log: {}; --bench-log FILE names another place for it (the same one for "
        "all that is done on this bench)",
        journal.error().message);
  if (!journal) return pass_on(std::move(journal));
  BenchLog log(std::move(*journal));
  auto check = read_bench_log(path);
  if (!check) return pass_on(std::move(check));
  log.work_ = std::move(check->work);
  for (BenchWork& work : log.work_) {
    if (!work.outcome.empty()) continue;
    work.outcome = "partial";
    if (auto closed = log.journal_.append(
            "end", {{"id", work.id}, {"outcome", "partial"}, {"closed", "at the next start"}},
            Journal::Sync::yes);
        !closed)
      return pass_on(std::move(closed));
  }
  return log;
}

BenchLog::~BenchLog() {
  if (!open_.empty()) (void)end("rig_fault", nlohmann::json::object());
}

Result<void> BenchLog::append(const std::string& type, nlohmann::json body) {
  take(type, body, 0, work_);
  return journal_.append(type, std::move(body), Journal::Sync::yes);
}

Result<void> BenchLog::begin(const std::string& kind, const std::string& id, nlohmann::json more) {
  more["kind"] = kind;
  more["id"] = id;
  open_ = id;
  return append("begin", std::move(more));
}

Result<void> BenchLog::end(const std::string& outcome, nlohmann::json more) {
  more["id"] = last_ = std::exchange(open_, "");
  more["outcome"] = outcome;
  return append("end", std::move(more));
}

Result<void> BenchLog::note(const std::string& type, nlohmann::json more) {
  more["id"] = open_;
  return append(type, std::move(more));
}

Result<void> BenchLog::verdict(const std::string& verdict, nlohmann::json more) {
  more["id"] = last_;
  more["verdict"] = verdict.empty() ? nlohmann::json(nullptr) : nlohmann::json(verdict);
  return append("verdict", std::move(more));
}

}  // namespace brewproof
