#include "rig/proof/value_search.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <limits>
#include <map>
#include <set>

#include "rig/proof/ascii.h"
#include "rig/proof/forms.h"
#include "rig/proof/matching.h"

namespace brewproof {
namespace {

/// The dealt values of one parameter in one form, each known by its key.
class Dealt {
 public:
  Dealt(const std::vector<const Trial*>& acts, const std::vector<std::size_t>& numbers,
        const DrawnParameter& parameter, const Form& form)
      : form_(form), none_(acts.size()) {
    for (std::size_t a = 0; a < acts.size(); ++a) {
      const auto key = form.of_value(*value_of(*acts[a], parameter.name), parameter.decimals);
      if (!key) continue;
      lengths_.insert(key->size());
      // Values with the same key would be indistinguishable: no form then.
      if (number_of_.try_emplace(*key, numbers[a]).first->second != numbers[a]) ambiguous_ = true;
    }
  }
  [[nodiscard]] bool usable() const { return !number_of_.empty() && !ambiguous_; }

  [[nodiscard]] const Form& form() const { return form_; }

  /// The number of the value that a field with this key holds; that of all acts where it holds none
  /// or several.
  [[nodiscard]] std::size_t held(const std::optional<std::string>& key) const {
    if (!key) return none_;
    switch (form_.fit) {
      case Fit::whole:
        return one(number_of_.find(*key));
      case Fit::part:
        return part(*key);
      case Fit::word:
        return word(*key);
      case Fit::beginning:
        return beginning(*key);
    }
    return none_;
  }

 private:
  using Keys = std::map<std::string, std::size_t>;

  [[nodiscard]] std::size_t one(Keys::const_iterator found) const {
    return found == number_of_.end() ? none_ : found->second;
  }
  [[nodiscard]] std::size_t part(const std::string& key) const {
    std::set<std::size_t> held;
    for (const std::size_t length : lengths_) {
      for (std::size_t at = 0; at + length <= key.size(); ++at) {
        const auto found = number_of_.find(key.substr(at, length));
        if (found != number_of_.end()) held.insert(found->second);
      }
    }
    return held.size() == 1 ? *held.begin() : none_;
  }
  [[nodiscard]] std::size_t word(std::string_view key) const {
    std::set<std::size_t> held;
    while (!key.empty()) {
      const std::size_t end = std::min(key.find(' '), key.size());
      const auto found = number_of_.find(std::string(key.substr(0, end)));
      if (found != number_of_.end()) held.insert(found->second);
      key.remove_prefix(std::min(end + 1, key.size()));
    }
    return held.size() == 1 ? *held.begin() : none_;
  }
  [[nodiscard]] std::size_t beginning(const std::string& key) const {
    const auto first = number_of_.lower_bound(key);
    if (first == number_of_.end() || !first->first.starts_with(key)) return none_;
    const auto second = std::next(first);
    const bool several = second != number_of_.end() && second->first.starts_with(key);
    return several ? none_ : first->second;
  }

  const Form& form_;
  std::size_t none_;
  Keys number_of_;
  std::set<std::size_t> lengths_;
  bool ambiguous_ = false;
};

/// The keys of one column's fields, by act. Digests of all kinds have the same.
class Keys {
 public:
  Keys(const ActColumn& column, int decimals) : column_(column), decimals_(decimals) {}
  const std::vector<std::optional<std::string>>& in(const Form& form) {
    for (const auto& [of_field, keys] : known_) {
      if (of_field == form.of_field) return keys;
    }
    auto& [of_field, keys] = known_.emplace_back(form.of_field, 0);
    for (const FieldView* field : column_.by_act) {
      keys.push_back(field ? of_field(field->value, decimals_) : std::nullopt);
    }
    return keys;
  }

 private:
  const ActColumn& column_;
  int decimals_;
  std::deque<std::pair<decltype(Form::of_field), std::vector<std::optional<std::string>>>> known_;
};

/// The bytes that a match with this value shows: a number's own, two a byte of hex digits; of other
/// text five bits a character, as letters and digits have at least; of a digest what stands there.
std::size_t bytes_held(const Value& value, const Form& form, const std::string& in_field) {
  if (!form.digest.empty()) return in_field.size() / 2;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    const auto magnitude = static_cast<std::uint64_t>(*number < 0 ? -*number : *number);
    return (static_cast<std::size_t>(std::bit_width(magnitude)) + 7) / 8;
  }
  const std::string& text = std::get<std::string>(value);
  const bool hex = text.size() % 2 == 0 && all_hex(text);
  return hex ? text.size() / 2 : text.size() * 5 / 8;
}

/// Of one act, at most.
std::size_t bytes_looked_at(const std::vector<ActColumn>& columns, std::size_t acts) {
  std::vector<std::size_t> bytes(acts);
  for (const ActColumn& column : columns) {
    for (std::size_t a = 0; a < acts; ++a) {
      if (column.by_act[a] != nullptr) bytes[a] += column.by_act[a]->value.size();
    }
  }
  return bytes.empty() ? 0 : std::ranges::max(bytes);
}

}  // namespace

std::vector<Candidate> match_values(const std::vector<ActColumn>& columns,
                                    const DrawnParameter& parameter,
                                    const ContentQuestion& question) {
  std::vector<Candidate> candidates;
  std::size_t tried = 0;
  const std::size_t acts = question.acts.size();
  Matching matching;
  matching.dealt = numbered_values(question.acts, parameter.name);
  const std::size_t different = std::set(matching.dealt.begin(), matching.dealt.end()).size();
  // Values that are all different were drawn for the whole run; of others as many as there are in
  // a deal stay in it.
  matching.deals = different == acts ? std::vector<std::size_t>(acts)
                                     : deals_of(question.acts, question.committed_blocks);
  std::vector<Dealt> in_forms;
  for (const Form& form : forms_for(parameter.money)) {
    Dealt dealt(question.acts, matching.dealt, parameter, form);
    if (dealt.usable()) in_forms.push_back(std::move(dealt));
  }
  for (const ActColumn& column : columns) {
    Keys keys(column, parameter.decimals);
    for (const Dealt& dealt : in_forms) {
      const Form& form = dealt.form();
      const auto& held = keys.in(form);
      matching.held.clear();
      std::size_t matched = 0, filled = 0, bytes = std::numeric_limits<std::size_t>::max();
      for (std::size_t a = 0; a < acts; ++a) {
        const FieldView* field = column.by_act[a];
        matching.held.push_back(dealt.held(held[a]));
        if (field != nullptr && !field->value.empty()) ++filled;
        if (matching.held.back() != matching.dealt[a]) continue;
        ++matched;
        const Value& value = *value_of(*question.acts[a], parameter.name);
        bytes = std::min(bytes, bytes_held(value, form, *held[a]));
      }
      if (std::ranges::all_of(matching.held, [&](std::size_t of) { return of == acts; })) continue;
      // Only a column that some deal of the values could prove is tried at all; this looks at which
      // values stand there, not at whose they are.
      const std::size_t most = most_matches(matching);
      if (matching_p(matching, most) > question.level) continue;
      ++tried;
      const bool decodes =
          static_cast<double>(matched) >= decode_rate * static_cast<double>(filled);
      if (matched == 0 || !decodes) continue;
      Candidate candidate{column.table, column.column, {}};
      candidate.stimulus.parameter = parameter.name;
      candidate.stimulus.form = form.name;
      candidate.stimulus.digest = form.digest;
      candidate.stimulus.p = matching_p(matching, matched);
      candidate.stimulus.matched = static_cast<int>(matched);
      candidate.stimulus.of = static_cast<int>(filled);
      candidate.stimulus.held = bytes;
      candidates.push_back(std::move(candidate));
    }
  }
  const std::size_t scanned = bytes_looked_at(columns, acts);
  for (Candidate& candidate : candidates) {
    candidate.stimulus.tried = tried;
    candidate.stimulus.scanned = scanned;
    candidate.stimulus.forms = in_forms.size();
    candidate.stimulus.dealt = acts;
    candidate.stimulus.different = different;
    candidate.stimulus.p_family = std::min(1.0, candidate.stimulus.p * static_cast<double>(tried));
  }
  return candidates;
}

}  // namespace brewproof
