#include "rig/proof/stated_bytes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "rig/proof/byte_runs.h"
#include "rig/proof/forms.h"
#include "rig/proof/offsets.h"

namespace brewproof {
namespace {

/// One or several slices, side by side, of one content that carry one parameter.
struct Placed {
  std::size_t searched = 0;  // which table
  std::vector<std::size_t> columns;
  std::string_view content;  // path of what they are slices of
  Slice slice;
  const Stimulus* stimulus = nullptr;
};

class Statement {
 public:
  explicit Statement(std::span<const Searched> unit) : unit_(unit) {
    for (std::size_t s = 0; s < unit.size(); ++s) find_placed(s);
    keep_best();
    join_neighbours();
    for (const Placed& one : placed_) {
      told_[one.content].insert(one.stimulus->parameter);
    }
  }

  void write() {
    for (std::size_t s = 0; s < unit_.size(); ++s) rewrite(s);
    for (std::size_t s = 0; s < unit_.size(); ++s) {
      unit_[s].table->columns = std::move(columns_[s]);
      *unit_[s].stimuli = std::move(stimuli_[s]);
    }
  }

 private:
  void find_placed(std::size_t s) {
    const FieldTable& table = *unit_[s].table;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::optional<Slice>& slice = table.columns[c].slice;
      const std::optional<Stimulus>& stimulus = (*unit_[s].stimuli)[c];
      if (!slice || !stimulus) continue;
      const FieldColumn& whole = table.columns[slice->of];
      const std::optional<Stimulus>& of_whole = (*unit_[s].stimuli)[slice->of];
      if (of_whole && is_all_of_it(*of_whole, *stimulus, whole)) continue;
      placed_.push_back({s, {c}, whole.path, *slice, &*stimulus});
    }
  }

  /// The content as a whole is the value, not only somewhere in it: a digest, a number of 4 bytes.
  static bool is_all_of_it(const Stimulus& whole, const Stimulus& part, const FieldColumn& column) {
    if (whole.parameter != part.parameter || more_surprising(part, whole)) return false;
    if (is_inside_text(whole.form)) return false;
    // What stands for a small set may be one byte of many, but of a text all of it is meant.
    return whole.arrangements == 0 || Opaque(column).encoded();
  }

  void keep_best() {
    std::ranges::sort(placed_, {}, [](const Placed& one) {
      const bool digest = !one.stimulus->digest.empty();
      const std::size_t width = digest ? most_laid - one.slice.width : one.slice.width;
      return std::tuple(one.stimulus->p_adjusted, one.stimulus->p, one.stimulus->form != "text",
                        width, one.slice.offset, one.content, one.searched);
    });
    std::vector<Placed> kept;
    for (Placed& one : placed_) {
      const bool overlaps = std::ranges::any_of(kept, [&](const Placed& other) {
        return other.content == one.content && one.slice.offset < other.slice.end() &&
               other.slice.offset < one.slice.end();
      });
      if (!overlaps) kept.push_back(std::move(one));
    }
    placed_ = std::move(kept);
    std::ranges::sort(placed_, {},
                      [](const Placed& one) { return std::tuple(one.content, one.slice.offset); });
  }

  void join_neighbours() {
    std::vector<Placed> joined;
    for (Placed& one : placed_) {
      if (joined.empty() || !one_code(joined.back(), one)) {
        joined.push_back(std::move(one));
        continue;
      }
      joined.back().columns.push_back(one.columns.front());
      joined.back().slice.width += one.slice.width;
    }
    std::erase_if(joined, [&](const Placed& one) {  // all of the content: that is a column already
      return one.columns.size() > 1 && one.slice.width == Opaque(content_of(one)).longest();
    });
    placed_ = std::move(joined);
  }

  /// A code of several bytes: each of them tells the same rows apart.
  [[nodiscard]] bool one_code(const Placed& a, const Placed& b) const {
    if (a.searched != b.searched || a.content != b.content || a.slice.end() != b.slice.offset ||
        a.stimulus->parameter != b.stimulus->parameter || a.stimulus->form != "mapping" ||
        b.stimulus->form != "mapping") {
      return false;
    }
    const auto& rows_a = column(a).by_row;
    const auto& rows_b = column(b).by_row;
    std::map<std::string_view, std::string_view> b_of_a, a_of_b;
    for (std::size_t r = 0; r < rows_a.size(); ++r) {
      if ((rows_a[r] == nullptr) != (rows_b[r] == nullptr)) return false;
      if (rows_a[r] == nullptr) continue;
      const std::string_view x = rows_a[r]->value, y = rows_b[r]->value;
      if (b_of_a.try_emplace(x, y).first->second != y) return false;
      if (a_of_b.try_emplace(y, x).first->second != x) return false;
    }
    return true;
  }

  [[nodiscard]] const FieldColumn& column(const Placed& one) const {
    return unit_[one.searched].table->columns[one.columns.front()];
  }

  [[nodiscard]] const FieldColumn& content_of(const Placed& one) const {
    return unit_[one.searched].table->columns[one.slice.of];
  }

  void rewrite(std::size_t s) {
    FieldTable& table = *unit_[s].table;
    columns_.emplace_back();
    stimuli_.emplace_back();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (table.columns[c].slice) continue;
      const std::optional<Stimulus>& whole = (*unit_[s].stimuli)[c];
      const auto told = told_.find(table.columns[c].path);
      if (told == told_.end()) {
        add(table.columns[c], whole);
        continue;
      }
      if (whole && !told->second.contains(whole->parameter)) add(table.columns[c], whole);
      add_parts(s, c);
    }
  }

  void add(FieldColumn column, std::optional<Stimulus> stimulus) {
    columns_.back().push_back(std::move(column));
    stimuli_.back().push_back(std::move(stimulus));
  }

  /// What is stated of this content in this table and, in the first table that has it, the rest.
  void add_parts(std::size_t s, std::size_t c) {
    FieldTable& table = *unit_[s].table;
    const std::string_view content = table.columns[c].path;
    const Opaque bytes(table.columns[c]);
    std::vector<std::pair<FieldColumn, std::optional<Stimulus>>> parts;
    std::vector<bool> free(bytes.length(), true);
    for (const Placed& one : placed_) {
      if (one.content != content) continue;
      for (std::size_t at = one.slice.offset; at < std::min(one.slice.end(), free.size()); ++at) {
        free[at] = false;
      }
      if (one.searched == s) parts.push_back(stated(one, bytes, c));
    }
    if (described_.insert(content).second) {
      for (const ByteRun& run : runs_of(bytes, c, std::move(free), sent_ns(table.columns[c]))) {
        parts.emplace_back(column_of_run(table, run, bytes), std::nullopt);
      }
      if (bytes.longest() > bytes.length()) {
        const Slice rest{c, bytes.length(), bytes.longest() - bytes.length()};
        parts.emplace_back(column_of(table, bytes, rest, bytes.tail()), std::nullopt);
      }
    }
    std::ranges::sort(parts, {}, [](const auto& part) { return part.first.slice->offset; });
    for (auto& [column, stimulus] : parts) add(std::move(column), std::move(stimulus));
  }

  std::pair<FieldColumn, std::optional<Stimulus>> stated(const Placed& one, const Opaque& bytes,
                                                         std::size_t content) {
    FieldTable& table = *unit_[one.searched].table;
    const FieldColumn& first = table.columns[one.columns.front()];
    if (one.columns.size() == 1) return {first, *one.stimulus};
    const Slice slice{content, one.slice.offset, one.slice.width};
    FieldColumn whole = column_of(table, bytes, slice, bytes.cut(slice));
    Stimulus stimulus = *one.stimulus;
    for (auto& [level, value] : stimulus.mapping) {
      const auto row = std::ranges::find_if(
          first.by_row, [&](const FieldView* field) { return field && field->value == value; });
      if (row != first.by_row.end()) {
        value = whole.by_row[static_cast<std::size_t>(row - first.by_row.begin())]->value;
      }
    }
    return {std::move(whole), std::move(stimulus)};
  }

  static std::vector<std::int64_t> sent_ns(const FieldColumn& column) {
    std::vector<std::int64_t> sent;
    sent.reserve(column.from.size());
    for (const KeptMessage* message : column.from) sent.push_back(message ? message->time_ns : 0);
    return sent;
  }

  static FieldColumn column_of_run(FieldTable& table, const ByteRun& run, const Opaque& bytes) {
    if (run.reading == ByteRun::Reading::bytes) {
      return column_of(table, bytes, run.slice, bytes.cut(run.slice));
    }
    std::vector<std::optional<std::string>> texts;
    for (const auto& number :
         bytes.integers(run.slice, run.reading == ByteRun::Reading::little_endian)) {
      texts.push_back(number ? std::optional(std::to_string(*number)) : std::nullopt);
    }
    return column_of(table, bytes, run.slice, std::move(texts), FieldType::integer);
  }

  std::span<const Searched> unit_;
  std::vector<Placed> placed_;
  std::map<std::string_view, std::set<std::string_view>> told_;  // parameters by content
  std::set<std::string_view> described_;
  std::vector<std::vector<FieldColumn>> columns_;  // by table, as rewritten
  std::vector<std::vector<std::optional<Stimulus>>> stimuli_;
};

}  // namespace

void state_bytes(std::span<const Searched> unit) { Statement(unit).write(); }

}  // namespace brewproof
