#include "results/store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/store_schema.h"
#include "rig/model/finding_words.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_text = 1000;

// One row's values in column order. Texts may come from the machine: whoever reads the table on a
// terminal sees them made inert.
class Row {
 public:
  Row(SQLite::Database& database, std::string_view table, int columns)
      : statement_(database, insert(table, columns)) {}

  Row& text(const std::string& value) {
    statement_.bind(++at_, inert(value, longest_text));
    return *this;
  }
  Row& text_or_null(const std::string& value) {
    if (value.empty()) return null();
    return text(value);
  }
  /// ASCII with escapes: inert as it is.
  Row& json(const nlohmann::json& value) {
    statement_.bind(++at_, value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
    return *this;
  }
  Row& integer(std::int64_t value) {
    statement_.bind(++at_, value);
    return *this;
  }
  Row& count(std::uint64_t value) {
    return integer(static_cast<std::int64_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max())));
  }
  Row& real(double value) {
    statement_.bind(++at_, value);
    return *this;
  }
  template <class T>
  Row& maybe(const std::optional<T>& value) {
    if (!value) return null();
    if constexpr (std::is_same_v<T, double>)
      return real(*value);
    else if constexpr (std::is_same_v<T, std::string>)
      return text(*value);
    else if constexpr (std::is_same_v<T, std::uint64_t>)
      return count(*value);
    else
      return integer(*value);
  }
  Row& null() {
    statement_.bind(++at_);
    return *this;
  }
  void insert() {
    statement_.exec();
    statement_.reset();
    at_ = 0;
  }

 private:
  static std::string insert(std::string_view table, int columns) {
    std::string sql = fmt::format("INSERT INTO {} VALUES (?", table);
    for (int i = 1; i < columns; ++i) sql += ", ?";
    return sql + ")";
  }
  SQLite::Statement statement_;
  int at_ = 0;
};

void put_run(SQLite::Database& db, const Findings& findings) {
  const FindingsRun& run = findings.run;
  const AnalysisSettings& analysis = findings.analysis;
  Row row(db, "run", 21);
  row.integer(1).text_or_null(run.id).text(run.outcome).text_or_null(run.verdict);
  row.json(run.reasons).text_or_null(run.bench).text_or_null(run.operator_name);
  row.maybe(run.started_ns).maybe(run.ended_ns);
  row.text_or_null(run.seed ? std::to_string(*run.seed) : "");
  row.text_or_null(run.plan_sha256).text_or_null(run.journal_head);
  if (run.dut_json.empty())
    row.null();
  else
    row.json(nlohmann::json::parse(run.dut_json, nullptr, false));
  row.json(run.paths).text(analysis.program).text_or_null(analysis.source_sha256);
  row.real(analysis.alpha).count(analysis.draws).text(analysis.law).maybe(analysis.cross_check);
  row.text(sha256(findings_json(findings))).insert();
  Row capture(db, "capture", 5);
  for (std::size_t i = 0; i < run.captures.size(); ++i) {
    const CaptureFile& file = run.captures[i];
    capture.count(i).text(file.file).text(file.sha256).count(file.packets).maybe(file.dropped);
    capture.insert();
  }
}

void put_plan(SQLite::Database& db, const Plan& plan) {
  Row row(db, "slot", 6);
  for (const bool reserve : {false, true})
    for (const Slot& slot : reserve ? plan.reserve : plan.slots)
      row.integer(slot.trial)
          .integer(slot.block)
          .text(slot.event)
          .integer(slot.sham ? 1 : 0)
          .integer(reserve ? 1 : 0)
          .integer(slot.jitter_ns)
          .insert();
}

void put_values(Row& row, int trial, const char* source, const Parameters& values) {
  for (const auto& [name, value] : values) {
    row.integer(trial).text(source).text(name);
    if (const auto* number = std::get_if<std::int64_t>(&value))
      row.integer(*number);
    else
      row.text(std::get<std::string>(value));
    row.insert();
  }
}

void put_trials(SQLite::Database& db, const std::vector<Trial>& trials) {
  Row row(db, "trial", 10);
  Row values(db, "trial_value", 4);
  for (const Trial& trial : trials) {
    row.integer(trial.trial).maybe(trial.block).text(trial.event).integer(trial.sham ? 1 : 0);
    row.integer(trial.start_ns).maybe(trial.act_ns).integer(trial.end_ns);
    row.text(std::string(status_word(trial.status))).text(trial.reason).text(trial.currency);
    row.insert();
    put_values(values, trial.trial, "drawn", trial.params);
    put_values(values, trial.trial, "observed", trial.observed);
  }
}

void put_actuations(SQLite::Database& db, const std::vector<Actuation>& actuations) {
  Row row(db, "actuation", 8);
  for (std::size_t i = 0; i < actuations.size(); ++i) {
    const Actuation& a = actuations[i];
    row.count(i).integer(a.trial).integer(a.step).text(a.level).text_or_null(a.control);
    row.text(a.state).integer(a.begin_raw_ns).integer(a.end_raw_ns).insert();
  }
}

void put_finding(SQLite::Database& db, const Finding& f, const std::string& id, bool candidate,
                 std::size_t captures) {
  Row row(db, "finding", 24);
  row.text(id).integer(candidate ? 1 : 0).text(f.event).text(f.relation).maybe(f.node);
  row.text(std::string(1, f.grade)).text(f.against).text(f.destination.name);
  row.text(f.destination.address).integer(f.destination.port).text(f.protocol);
  row.integer(f.tls ? 1 : 0).text(f.message);
  if (f.timing) {
    const Timing& t = *f.timing;
    row.integer(t.event_hits).integer(t.event_trials).integer(t.sham_hits);
    row.integer(t.sham_trials).integer(t.window.begin_ns).integer(t.window.end_ns);
    row.real(t.p).real(t.p_adjusted);
  } else {
    for (int i = 0; i < 8; ++i) row.null();
  }
  if (f.latency)
    row.integer(f.latency->median_ns).integer(f.latency->p95_ns).integer(f.latency->max_ns);
  else
    row.null().null().null();
  row.insert();

  Row fields(db, "field", 14);
  for (std::size_t i = 0; i < f.fields.size(); ++i) {
    const FieldFinding& field = f.fields[i];
    fields.text(id).count(i).text(field.path).text(std::string(kind_word(field.kind)));
    fields.text(field.parameter).text(field.form).maybe(field.p).maybe(field.p_adjusted);
    fields.integer(field.matched).integer(field.of).json(field.examples);
    fields.text_or_null(field.provenance.source).text_or_null(field.provenance.reason);
    fields.integer(field.provenance.came_in_first).insert();
  }
  Row evidence(db, "evidence", 7);
  for (std::size_t i = 0; i < f.evidence.size(); ++i) {
    const Evidence& e = f.evidence[i];
    if (e.file >= captures) continue;
    evidence.text(id)
        .count(i)
        .integer(e.trial)
        .integer(e.file)
        .count(e.offset)
        .count(e.frame)
        .count(e.last_frame)
        .insert();
  }
}

// Two ids that a machine's text made the same would stop the index: their place tells them apart.
void put_findings(SQLite::Database& db, const Findings& findings) {
  std::vector<std::string> taken;
  const auto put = [&](const std::vector<Finding>& list, bool candidate) {
    for (const Finding& finding : list) {
      std::string id = inert(finding.id, longest_text);
      if (id.empty() || std::ranges::find(taken, id) != taken.end())
        id = fmt::format("{}#{}", id.substr(0, 100), taken.size() + 1);
      taken.push_back(id);
      put_finding(db, finding, id, candidate, findings.run.captures.size());
    }
  };
  put(findings.findings, false);
  put(findings.candidates, true);
}

void put_rest(SQLite::Database& db, const Findings& findings) {
  Row none(db, "none_seen", 6);
  for (std::size_t i = 0; i < findings.none.size(); ++i) {
    const NoneSeen& n = findings.none[i];
    none.count(i)
        .text(n.event)
        .integer(n.trials)
        .real(n.upper_bound)
        .real(n.confidence)
        .integer(n.horizon_ns)
        .insert();
  }
  Row background(db, "background", 7);
  Row excess(db, "background_excess", 3);
  for (std::size_t i = 0; i < findings.background.size(); ++i) {
    const Background& b = findings.background[i];
    background.count(i).text(b.destination.name).text(b.destination.address);
    background.integer(b.destination.port).text(b.protocol).text(b.message).count(b.count).insert();
    for (const auto& [event, limit] : b.max_excess)
      excess.count(i).text(event).real(limit).insert();
  }
  Row exclusion(db, "exclusion", 4);
  for (std::size_t i = 0; i < findings.exclusions.size(); ++i) {
    const Exclusion& e = findings.exclusions[i];
    exclusion.count(i).text(e.arm).text(e.reason).integer(e.trials).insert();
  }
  Row bytes(db, "byte_count", 3);
  bytes.text("up_total").text("").count(findings.bytes.up_total).insert();
  for (const auto& [cause, count] : findings.bytes.by_cause)
    bytes.text("by_cause").text(cause).count(count).insert();
  for (const auto& [layer, count] : findings.bytes.by_layer)
    bytes.text("by_layer").text(layer).count(count).insert();
}

void put_journal(SQLite::Database& db, const std::vector<Record>& journal) {
  Row row(db, "journal", 5);
  for (const Record& record : journal)
    row.count(record.seq)
        .text(record.type)
        .integer(record.at.raw_ns)
        .integer(record.at.real_ns)
        .json(record.body)
        .insert();
}

void write_new(const std::string& path, const StoreInput& input) {
  SQLite::Database db(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  sqlite3_db_config(db.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  db.exec(
      "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; "
      "PRAGMA synchronous = FULL");
  db.exec(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", store_application_id,
                      store_version));
  SQLite::Transaction transaction(db);
  for (const StoreTable& table : store_tables) db.exec(create_statement(table));
  put_run(db, input.findings);
  put_plan(db, input.plan);
  put_trials(db, input.trials);
  put_actuations(db, input.actuations);
  put_findings(db, input.findings);
  put_rest(db, input.findings);
  put_journal(db, input.journal);
  transaction.commit();
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

void remove_with_log(const std::string& path) {
  for (const char* part : {"", "-wal", "-shm", "-journal"}) unlink((path + part).c_str());
}

Result<void> put_in_place(const std::string& made, const std::string& path) {
  // A write-ahead log that an old file left behind would be taken for the new one's.
  for (const char* part : {"-wal", "-shm", "-journal"}) unlink((path + part).c_str());
  if (rename(made.c_str(), path.c_str()) != 0)
    return fail(ErrorCode::io, "{}: putting the new file in its place: {}", path,
                std::strerror(errno));
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder = open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = folder >= 0 && fsync(folder) == 0;
  const int error = errno;
  if (folder >= 0) close(folder);
  if (!synced) return fail(ErrorCode::io, "{}: syncing its folder: {}", path, std::strerror(error));
  return {};
}

}  // namespace

Result<void> write_store(const std::string& path, const StoreInput& input) {
  const std::string made = path + ".new";
  remove_with_log(made);
  try {
    write_new(made, input);
  } catch (const SQLite::Exception& error) {
    remove_with_log(made);
    return fail(ErrorCode::io, "{}: writing the index of the run: {}{}", path, error.what(),
                error.getErrorCode() == SQLITE_FULL ? ": make room on this disk" : "");
  }
  return put_in_place(made, path);
}

}  // namespace brewproof
