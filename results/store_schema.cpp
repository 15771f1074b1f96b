#include "results/store_schema.h"

#include <fmt/core.h>

namespace brewproof {

const std::array<StoreTable, 15> store_tables = {{
    {"run",
     "number INTEGER NOT NULL CHECK (number = 1), id TEXT, outcome TEXT NOT NULL, verdict TEXT, "
     "reasons TEXT NOT NULL, bench TEXT, operator TEXT, started_ns INTEGER, ended_ns INTEGER, "
     "seed TEXT, plan_sha256 TEXT, journal_head TEXT, dut TEXT, paths TEXT NOT NULL, "
     "program TEXT NOT NULL, source_sha256 TEXT, alpha REAL NOT NULL, draws INTEGER NOT NULL, "
     "law TEXT NOT NULL, cross_check TEXT, findings_sha256 TEXT NOT NULL",
     "number"},
    {"capture",
     "file INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, packets INTEGER NOT NULL, "
     "dropped INTEGER",
     "file"},
    {"slot",
     "trial INTEGER NOT NULL, block INTEGER NOT NULL, event TEXT NOT NULL, sham INTEGER NOT NULL, "
     "reserve INTEGER NOT NULL, jitter_ns INTEGER NOT NULL",
     "trial"},
    {"trial",
     "trial INTEGER NOT NULL, block INTEGER, event TEXT NOT NULL, sham INTEGER NOT NULL, "
     "start_ns INTEGER NOT NULL, act_ns INTEGER, end_ns INTEGER NOT NULL, status TEXT NOT NULL, "
     "reason TEXT NOT NULL, currency TEXT NOT NULL",
     "trial"},
    {"trial_value",
     "trial INTEGER NOT NULL REFERENCES trial (trial), source TEXT NOT NULL CHECK (source IN "
     "('drawn', 'observed')), name TEXT NOT NULL, value ANY NOT NULL",
     "trial, source, name"},
    {"actuation",
     "number INTEGER NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, level TEXT NOT NULL "
     "CHECK (level IN ('commanded', 'accepted', 'reported', 'confirmed', 'booked')), control TEXT, "
     "state TEXT NOT NULL, "
     "begin_raw_ns INTEGER NOT NULL, end_raw_ns INTEGER NOT NULL",
     "number"},
    {"finding",
     "id TEXT NOT NULL, candidate INTEGER NOT NULL, event TEXT NOT NULL, relation TEXT NOT NULL, "
     "node TEXT, grade TEXT NOT NULL, against TEXT NOT NULL, destination TEXT NOT NULL, "
     "address TEXT NOT NULL, port INTEGER NOT NULL, protocol TEXT NOT NULL, tls INTEGER NOT NULL, "
     "message TEXT NOT NULL, event_hits INTEGER, event_trials INTEGER, sham_hits INTEGER, "
     "sham_trials INTEGER, window_begin_ns INTEGER, window_end_ns INTEGER, p REAL, "
     "p_adjusted REAL, latency_median_ns INTEGER, latency_p95_ns INTEGER, latency_max_ns INTEGER",
     "id"},
    {"field",
     "finding TEXT NOT NULL REFERENCES finding (id), number INTEGER NOT NULL, path TEXT NOT NULL, "
     "kind TEXT NOT NULL, parameter TEXT NOT NULL, form TEXT NOT NULL, p REAL, p_adjusted REAL, "
     "matched INTEGER NOT NULL, of INTEGER NOT NULL, examples TEXT NOT NULL, source TEXT, "
     "source_reason TEXT, came_in_first INTEGER NOT NULL",
     "finding, number"},
    {"evidence",
     "finding TEXT NOT NULL REFERENCES finding (id), number INTEGER NOT NULL, "
     "trial INTEGER NOT NULL, file INTEGER NOT NULL REFERENCES capture (file), "
     "\"offset\" INTEGER NOT NULL, frame INTEGER NOT NULL, last_frame INTEGER NOT NULL",
     "finding, number"},
    {"none_seen",
     "number INTEGER NOT NULL, event TEXT NOT NULL, trials INTEGER NOT NULL, "
     "upper_bound REAL NOT NULL, confidence REAL NOT NULL, horizon_ns INTEGER NOT NULL",
     "number"},
    {"background",
     "number INTEGER NOT NULL, destination TEXT NOT NULL, address TEXT NOT NULL, "
     "port INTEGER NOT NULL, protocol TEXT NOT NULL, message TEXT NOT NULL, "
     "count INTEGER NOT NULL",
     "number"},
    {"background_excess",
     "background INTEGER NOT NULL REFERENCES background (number), event TEXT NOT NULL, "
     "upper_limit REAL NOT NULL",
     "background, event"},
    {"exclusion",
     "number INTEGER NOT NULL, arm TEXT NOT NULL, reason TEXT NOT NULL, trials INTEGER NOT NULL",
     "number"},
    {"byte_count",
     "ledger TEXT NOT NULL CHECK (ledger IN ('up_total', 'by_cause', 'by_layer')), "
     "name TEXT NOT NULL, bytes INTEGER NOT NULL",
     "ledger, name"},
    {"journal",
     "seq INTEGER NOT NULL, type TEXT NOT NULL, raw_ns INTEGER NOT NULL, "
     "real_ns INTEGER NOT NULL, body TEXT NOT NULL",
     "seq"},
}};

std::string create_statement(const StoreTable& table) {
  std::string same;  // a = NEW.a AND b = NEW.b
  for (std::string_view rest = table.key; !rest.empty();) {
    const std::size_t comma = rest.find(", ");
    const std::string_view column = rest.substr(0, comma);
    same += fmt::format("{}{} = NEW.{}", same.empty() ? "" : " AND ", column, column);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 2);
  }
  return fmt::format(
      "CREATE TABLE {0} ({1}, PRIMARY KEY ({2})) STRICT, WITHOUT ROWID;\n"
      "CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0} "
      "BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END;\n"
      "CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0} "
      "BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END;\n"
      "CREATE TRIGGER {0}_no_replace BEFORE INSERT ON {0} "
      "WHEN EXISTS (SELECT 1 FROM {0} WHERE {3}) "
      "BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END;\n",
      table.name, table.columns, table.key, same);
}

}  // namespace brewproof
