#include "rig/contract/contract_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "rig/model/host_of.h"
#include "rig/proof/ascii.h"
#include "rig/proof/bounds.h"
#include "rig/proof/fields.h"

namespace brewproof {
namespace {

constexpr double confidence = 0.95;

bool same_name(std::string_view a, std::string_view b) { return lower_case(a) == lower_case(b); }

bool covers_destination(const std::string& declared, const Destination& seen) {
  const std::string port = fmt::format(":{}", seen.port);
  for (const std::string& name : {seen.name, seen.address})
    if (!name.empty() && (same_name(declared, name) || same_name(declared, name + port)))
      return true;
  return false;
}

/// A look-up goes to the stable suffix of what is asked for: a domain covers what lies below it.
bool covers_name(const std::string& domain, const std::string& name) {
  return name.size() > domain.size() && name[name.size() - domain.size() - 1] == '.' &&
         same_name(domain, std::string_view(name).substr(name.size() - domain.size()));
}

template <class Seen>  // a finding or a signature
bool covers(const ContractLine& line, const Seen& seen) {
  return line.of_terminal == seen.destination.from_terminal &&
         (covers_destination(line.destination, seen.destination) ||
          (seen.protocol == "dns" && covers_name(line.destination, seen.destination.name))) &&
         line.protocol == seen.protocol && covers_message(line.message, seen.message);
}

/// A segment that the message's name tells itself, or the length of what follows: no field of its
/// own to declare.
bool told_by_message(const std::string& message, const std::string& path) {
  if (is_framing(path)) return true;
  if (path == "qname") return message.find("{}") == std::string::npos;
  const bool segment = path.starts_with("path:") || path.starts_with("topic:");
  if (!segment) return false;
  std::size_t number = 0;
  const char* const end = path.data() + path.size();
  const auto read = std::from_chars(path.data() + path.find(':') + 1, end, number);
  if (read.ec != std::errc{} || read.ptr != end) return false;
  // "POST /v1/order", "PUBLISH kiosk/{}/hb": behind the verb, and behind the slash of a path.
  std::size_t at = message.find(' ');
  if (at == std::string::npos) return false;
  at += path.starts_with("path:") ? 2 : 1;
  for (; number > 0 && at < message.size(); --number) at = message.find('/', at) + 1;
  return at < message.size() && at > 0 && message.compare(at, 2, "{}") != 0;
}

bool allows_field(const std::vector<const ContractLine*>& lines, const std::string& message,
                  const std::string& path) {
  if (told_by_message(message, path)) return true;
  return std::ranges::any_of(lines, [&](const ContractLine* line) {
    return std::ranges::any_of(
        line->fields, [&](const std::string& declared) { return covers_path(declared, path); });
  });
}

bool allows_all_fields(const ContractLine& line) {
  return std::ranges::find(line.fields, "*") != line.fields.end();
}

void add(std::vector<std::string>& to, const std::string& word) {
  if (std::ranges::find(to, word) == to.end()) to.push_back(word);
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

std::string share(double limit) { return fmt::format("{:.2g} %", limit * 100); }

class Check {
 public:
  Check(const ContractFile& contract, const Findings& findings)
      : contract_(contract),
        findings_(findings),
        undeclared_(contract.otherwise_fail ? Declared::fail : Declared::report) {
    const auto tried = [this](const std::string& event, int trials) {
      int& known = trials_[event];
      known = std::max(known, trials);
    };
    for (const auto* stated : {&findings_.findings, &findings_.candidates})
      for (const Finding& finding : *stated)
        tried(finding.event, finding.timing ? finding.timing->event_trials : 0);
    for (const NoneSeen& none : findings_.none) tried(none.event, none.trials);
    for (const Unprovable& event : findings_.unprovable) tried(event.event, event.acts);
  }

  ContractCheck all() && {
    for (const ContractLine& line : contract_.allow) begin(line, CheckedLine::About::allow);
    for (const ContractLine& line : contract_.background)
      begin(line, CheckedLine::About::background);
    for (const Finding& finding : findings_.findings) hold(finding, false);
    for (const Finding& finding : findings_.candidates) hold(finding, true);
    for (const SentSignature& sent : findings_.signatures) hold(sent);
    for (const Background& background : findings_.background) hold(background);
    for (std::size_t i = 0; i < declared_.size(); ++i) close(i);
    nothing_else();
    return finish();
  }

 private:
  void begin(const ContractLine& line, CheckedLine::About about) {
    declared_.push_back(&line);
    CheckedLine& checked = lines_.emplace_back();
    checked.about = about;
    checked.event = line.event;
    checked.of_terminal = line.of_terminal;
    checked.destination = line.destination;
    checked.protocol = line.protocol;
    checked.message = line.message;
    checked.place = line.place;
  }

  template <class Seen>
  CheckedLine& undeclared(const Seen& seen, const std::string& event, Declared verdict,
                          std::string text) {
    CheckedLine& line = lines_.emplace_back();
    line.about = CheckedLine::About::undeclared;
    line.verdict = verdict;
    line.event = event;
    line.of_terminal = seen.destination.from_terminal;
    line.destination = host_of(seen.destination);
    line.protocol = seen.protocol;
    line.message = seen.message;
    line.text = std::move(text);
    return line;
  }

  /// Of the contract's own lines, those that cover it; `event`: only those of this event.
  template <class Seen>
  std::vector<std::size_t> covering(const Seen& seen, const std::string* event = nullptr) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < declared_.size(); ++i)
      if ((event == nullptr || declared_[i]->event == *event) && covers(*declared_[i], seen))
        found.push_back(i);
    return found;
  }

  std::vector<const ContractLine*> declarations(const std::vector<std::size_t>& which) const {
    std::vector<const ContractLine*> lines;
    lines.reserve(which.size());
    for (const std::size_t i : which) lines.push_back(declared_[i]);
    return lines;
  }

  /// Sealed to a destination that the contract knows: it may hold what is declared, or not.
  template <class Seen>
  bool may_hold_declared(const Seen& seen) const {
    const auto sent = std::ranges::find_if(findings_.signatures, [&](const SentSignature& one) {
      return one.destination == seen.destination && one.protocol == seen.protocol &&
             one.message == seen.message;
    });
    return sent != findings_.signatures.end() && sent->sealed_bytes > 0 && sent->fields.empty() &&
           std::ranges::any_of(declared_, [&](const ContractLine* line) {
             return line->of_terminal == seen.destination.from_terminal &&
                    covers_destination(line->destination, seen.destination);
           });
  }

  void hold(const Finding& finding, bool candidate) {
    const std::vector<std::size_t> own = covering(finding, &finding.event);
    if (own.empty()) return not_declared(finding, candidate);
    const std::vector<const ContractLine*> allowed = declarations(own);
    for (const std::size_t i : own) add(lines_[i].findings, finding.id);
    CheckedLine& first = lines_[own.front()];
    for (const FieldFinding& field : finding.fields)
      if (!allows_field(allowed, finding.message, field.path)) add(first.fields, field.path);
  }

  /// Background may seem to follow an act: one candidate of twenty does by chance. Only what it
  /// would carry is doubt.
  bool is_chance(const Finding& finding) {
    if (std::ranges::any_of(finding.fields, [](const FieldFinding& field) {
          return field.kind == FieldKind::stimulus || !field.carries.empty();
        }))
      return false;
    for (const std::size_t i : covering(finding))
      if (declared_[i]->event.empty()) {
        perhaps_[i].push_back(fmt::format("{} ({})", finding.event, finding.id));
        return true;
      }
    return false;
  }

  void not_declared(const Finding& finding, bool candidate) {
    if (candidate && is_chance(finding)) return;
    told_.insert({finding.destination, finding.protocol, finding.message});
    const std::string relation = finding.relation == "sends" ? "follows" : "carries data of";
    std::string how = finding.timing
                          ? fmt::format(" ({} of {} acts, {} of {} shams)",
                                        finding.timing->event_hits, finding.timing->event_trials,
                                        finding.timing->sham_hits, finding.timing->sham_trials)
                          : "";
    std::string else_where;
    for (const std::size_t i : covering(finding))
      else_where = declared_[i]->event.empty() ? ", and is declared as background"
                                               : ", and is declared for " + declared_[i]->event;
    const bool sealed = else_where.empty() && may_hold_declared(finding);
    CheckedLine& line = undeclared(
        finding, finding.event, candidate || sealed ? least(Declared::inconclusive) : undeclared_,
        fmt::format("{}{} {}{}{}", candidate ? "perhaps " : "", relation, finding.event, how,
                    else_where.empty() ? ", and is not declared" : else_where + " only"));
    line.findings.push_back(finding.id);
    if (candidate) line.reasons.emplace_back("candidate");
    if (sealed) line.reasons.emplace_back("sealed");
    for (const FieldFinding& field : finding.fields)
      if (field.kind == FieldKind::stimulus || !field.carries.empty())
        line.fields.push_back(field.path);
  }

  /// Doubt about what would only be reported is only reported.
  [[nodiscard]] Declared least(Declared verdict) const { return std::min(verdict, undeclared_); }

  void hold(const SentSignature& sent) {
    const std::vector<std::size_t> all = covering(sent);
    if (all.empty()) {
      if (told_.contains({sent.destination, sent.protocol, sent.message})) return;
      const bool sealed = may_hold_declared(sent);
      CheckedLine& line =
          undeclared(sent, "", sealed ? least(Declared::inconclusive) : undeclared_,
                     fmt::format("seen {}, and is not declared", times(sent.count)));
      if (sealed) line.reasons.emplace_back("sealed");
      return;
    }
    const std::vector<const ContractLine*> allowed = declarations(all);
    CheckedLine& first = lines_[all.front()];
    for (const std::string& path : sent.fields)
      if (!allows_field(allowed, sent.message, path)) add(first.fields, path);
    for (const std::size_t i : all) {
      seen_[i] += sent.count;
      if (allows_all_fields(*declared_[i])) continue;
      if (sent.sealed_bytes > 0 && sent.fields.empty()) add(lines_[i].reasons, "sealed");
      if (sent.fields_cut) add(lines_[i].reasons, "fields-cut");
    }
  }

  /// What was seen and follows no event, although it is declared for events alone.
  void hold(const Background& background) {
    const std::vector<std::size_t> all = covering(background);
    for (const std::size_t i : all)
      if (declared_[i]->event.empty()) return;
    for (const std::size_t i : all) {
      add(lines_[i].reasons, "not-attributed");
      apart_[i] += background.count;
    }
  }

  void close(std::size_t i) {
    CheckedLine& line = lines_[i];
    const bool of_event = line.about == CheckedLine::About::allow;
    const auto trials = trials_.find(line.event);
    const bool tried = trials != trials_.end();
    if (of_event && !tried) add(line.reasons, "not-tried");
    if (declared_[i]->of_terminal)
      if (const char* doubt = terminal_doubt()) add(line.reasons, doubt);
    if (!line.fields.empty())
      line.verdict = undeclared_;
    else if (!line.reasons.empty())
      line.verdict = Declared::inconclusive;

    if (of_event && !tried)
      line.text = fmt::format("the run has no trial of {}", line.event);
    else if (!line.findings.empty())
      line.text = fmt::format("shown ({})", list(line.findings));
    else if (seen_[i] > 0)
      line.text = of_event
                      ? fmt::format("seen {}, not shown to follow {}", times(seen_[i]), line.event)
                      : fmt::format("seen {}", times(seen_[i]));
    else
      line.text = "not seen, which is allowed";
    if (perhaps_.contains(i))
      line.text +=
          fmt::format("; perhaps more often after {}, which is not proven", list(perhaps_[i]));
    if (apart_[i] > 0 && seen_[i] > 0 && !line.findings.empty())
      line.text +=
          fmt::format("; {} of {} are of no event that they are declared for", apart_[i], seen_[i]);
    if (!line.fields.empty())
      line.text += fmt::format("; {} not declared",
                               line.fields.size() == 1 ? "a field that is" : "fields that are");
  }

  /// Why nothing can be shown of the payment terminal; nullptr: it was there, and known.
  [[nodiscard]] const char* terminal_doubt() const {
    // What stood in its place emits nothing: that it was silent shows nothing of it.
    if (findings_.run.payment == "emulated") return "terminal-replaced";
    if (findings_.run.payment != "real") return "payment-unstated";
    return findings_.run.terminal_json.empty() ? "terminal-unidentified" : nullptr;
  }

  /// Each event that the contract or the run names: is there anything beside what is declared?
  void nothing_else() {
    std::set<std::string> events;
    for (const auto& [event, trials] : trials_) events.insert(event);
    for (const ContractLine& line : contract_.allow) events.insert(line.event);
    std::vector<CheckedLine> last;
    for (const std::string& event : events) {
      CheckedLine line;
      line.about = CheckedLine::About::nothing_else;
      line.event = event;
      const auto trials = trials_.find(event);
      if (trials == trials_.end()) {
        line.verdict = Declared::inconclusive;
        line.reasons.emplace_back("not-tried");
        line.text = fmt::format("the run has no trial of {}", event);
        last.push_back(std::move(line));
        continue;
      }
      for (const CheckedLine& other : lines_) {
        if (other.event != event ||
            (other.about != CheckedLine::About::undeclared && other.fields.empty()))
          continue;
        line.verdict = std::max(line.verdict, other.verdict);
        for (const std::string& id : other.findings) add(line.findings, id);
        for (const std::string& reason : other.reasons) add(line.reasons, reason);
      }
      if (line.verdict == Declared::pass)
        line.text = trials->second > 0
                        ? fmt::format(
                              "nothing else was seen to follow; what else there may be comes "
                              "after fewer than {} of the acts ({} acts, 95 %)",
                              share(none_seen_limit(trials->second, confidence)), trials->second)
                        : "nothing else was seen to follow";
      else
        line.text = "there is more than is declared";
      if (line.verdict == Declared::inconclusive) line.text = "there may be more than is declared";
      last.push_back(std::move(line));
    }
    for (CheckedLine& line : last) lines_.push_back(std::move(line));
  }

  /// A run that is in doubt itself passes nothing; what it shows, it shows. A clock that nobody
  /// checked is no doubt about what was found, but about what was not.
  ContractCheck finish() {
    ContractCheck check;
    std::vector<std::string> doubts = findings_.run.reasons;
    if (const auto& clock = findings_.analysis.log_clock; clock && clock->unchecked())
      add(doubts, "clock-unchecked");
    for (CheckedLine& line : lines_) {
      if (line.verdict == Declared::pass && !doubts.empty()) {
        line.verdict = Declared::inconclusive;
        for (const std::string& reason : doubts) add(line.reasons, reason);
      }
      check.verdict = std::max(check.verdict, line.verdict);
    }
    check.lines = std::move(lines_);
    return check;
  }

  const ContractFile& contract_;
  const Findings& findings_;
  Declared undeclared_;
  std::map<std::string, int> trials_;          // by event that was tried; 0: not known how often
  std::vector<const ContractLine*> declared_;  // as the first of `lines_`
  std::vector<CheckedLine> lines_;
  std::map<std::size_t, std::uint64_t> seen_;                         // messages, by declared line
  std::map<std::size_t, std::uint64_t> apart_;                        // those of no finding
  std::map<std::size_t, std::vector<std::string>> perhaps_;           // events, by declared line
  std::set<std::tuple<Destination, std::string, std::string>> told_;  // by undeclared findings
};

}  // namespace

ContractCheck check_contract(const ContractFile& contract, const Findings& findings) {
  return Check(contract, findings).all();
}

std::string_view verdict_word(Declared verdict) {
  switch (verdict) {
    case Declared::pass:
      return "PASS";
    case Declared::report:
      return "REPORTED";
    case Declared::inconclusive:
      return "INCONCLUSIVE";
    case Declared::fail:
      break;
  }
  return "FAIL";
}

std::string_view about_word(CheckedLine::About about) {
  switch (about) {
    case CheckedLine::About::allow:
      return "allow";
    case CheckedLine::About::background:
      return "background";
    case CheckedLine::About::undeclared:
      return "undeclared";
    case CheckedLine::About::nothing_else:
      break;
  }
  return "nothing-else";
}

}  // namespace brewproof
