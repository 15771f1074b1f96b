#include "rig/command/books_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "drivers/mdb/amount.h"
#include "results/inert_text.h"
#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

using books::Amounts;
using books::Audit;
using books::AuditDifference;
using books::AuditFile;
using books::Counter;
using books::Movement;
using books::Remark;
using Number = std::optional<std::int64_t>;

std::string count_text(const Number& count) { return count ? std::to_string(*count) : ""; }

std::string money_text(const Number& minor, const Audit& audit) {
  if (!minor) return "";
  return fmt::format("{}{}", *minor < 0 ? "-" : "",
                     amount_text(std::abs(*minor), audit.currency.decimals.value_or(0)));
}

std::string worth_text(const Number& minor, const Audit& audit) {
  const std::string amount = money_text(minor, audit);
  return amount.empty() || audit.currency.code.empty()
             ? amount
             : fmt::format("{} {}", amount, inert(audit.currency.code, 12));
}

// Right-aligned numbers are ASCII; a name may hold wide characters.
std::string padded(const std::string& text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  return text + std::string(columns < width ? width - columns : 0, ' ');
}

// Two digits of the year, or four; what does not look like a date stays as it is.
std::string when_text(const std::string& date, const std::string& time) {
  const auto digits = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  std::string text = inert(date, 20);
  if (digits(date) && (date.size() == 6 || date.size() == 8))
    text = fmt::format("{}{}-{}-{}", date.size() == 6 ? "20" : "", date.substr(0, date.size() - 4),
                       date.substr(date.size() - 4, 2), date.substr(date.size() - 2));
  if (digits(time) && (time.size() == 4 || time.size() == 6))
    text += fmt::format(" {}:{}{}", time.substr(0, 2), time.substr(2, 2),
                        time.size() == 6 ? ":" + time.substr(4) : "");
  else if (!time.empty())
    text += " " + inert(time, 20);
  return text;
}

const char* check_text(const Audit& audit) {
  using State = books::RecordCheck::State;
  switch (audit.check.state) {
    case State::absent:
      return "no G85";
    case State::unreadable:
      return "G85 cannot be checked";
    case State::differs:
      return "G85 DOES NOT MATCH";
    case State::swapped:
      return "G85 matches, bytes exchanged";
    case State::matches:
      return "G85 matches";
  }
  return "";
}

const char* check_word(const Audit& audit) {
  using State = books::RecordCheck::State;
  switch (audit.check.state) {
    case State::absent:
      return "absent";
    case State::unreadable:
      return "unreadable";
    case State::differs:
      return "differs";
    case State::swapped:
      return "swapped";
    case State::matches:
      break;
  }
  return "matches";
}

// What a product's record counts since initialisation.
Amounts since_initialisation(const Audit& audit, std::string_view record, const std::string& of) {
  const Counter* counter = audit.find(record, of);
  return counter == nullptr ? Amounts{} : counter->since_initialisation;
}

std::string product_table(const Audit& audit) {
  if (audit.products.empty()) return "";
  std::size_t id_width = 2, name_width = 4;
  for (const books::Product& product : audit.products) {
    id_width = std::max(id_width, columns_of(inert(product.id, 12)));
    name_width = std::max(name_width, columns_of(inert(product.name, 30)));
  }
  std::string text =
      fmt::format("  {}  {}  {:>9} {:>9} {:>12} {:>7} {:>7}\n", padded("no", id_width),
                  padded("name", name_width), "price", "vends", "value", "tests", "free");
  for (const books::Product& product : audit.products) {
    const Amounts sold = since_initialisation(audit, "PA2", product.id);
    text += fmt::format(
        "  {}  {}  {:>9} {:>9} {:>12} {:>7} {:>7}\n", padded(inert(product.id, 12), id_width),
        padded(inert(product.name, 30), name_width), money_text(product.price, audit),
        count_text(sold.count), money_text(sold.value, audit),
        count_text(since_initialisation(audit, "PA3", product.id).count),
        count_text(since_initialisation(audit, "PA4", product.id).count));
  }
  return text;
}

std::string totals_text(const Audit& audit) {
  std::string text;
  for (const Counter& counter : audit.counters) {
    const Amounts& amounts = counter.since_initialisation;
    if (counter.kind->of != books::CounterKind::Of::machine || amounts == Amounts{}) continue;
    text += fmt::format("  {:<5} {:<30} {:>9} {:>16}\n", counter.kind->record, counter.kind->what,
                        count_text(amounts.count), worth_text(amounts.value, audit));
  }
  return text.empty() ? text : fmt::format("  since initialisation:\n{}", text);
}

std::string audit_text(const std::string& path, const Audit& audit) {
  const std::size_t line = audit.records.empty() ? 1 : audit.records.front().at.line;
  std::string text = fmt::format("{}:{}: a reading", inert(path, 400), line);
  if (!audit.date.empty())
    text += fmt::format(" of {} (machine's clock)", when_text(audit.date, audit.time));
  text += fmt::format(
      "\n  machine {}, model {}, {} records, {}\n",
      audit.machine.serial.empty() ? "without serial number" : inert(audit.machine.serial, 40),
      audit.machine.model.empty() ? "not told" : inert(audit.machine.model, 40),
      audit.records.size(), check_text(audit));
  return text + product_table(audit) + totals_text(audit);
}

nlohmann::json number_json(const Number& number) {
  return number ? nlohmann::json(*number) : nlohmann::json(nullptr);
}

nlohmann::json amounts_json(const Amounts& amounts) {
  return {{"count", number_json(amounts.count)}, {"value", number_json(amounts.value)}};
}

nlohmann::json counter_json(const Counter& counter) {
  return {{"record", counter.kind->record},
          {"what", counter.kind->what},
          {"of", text_or_null(counter.of)},
          {"line", counter.at.line},
          {"since_initialisation", amounts_json(counter.since_initialisation)},
          {"since_reset", amounts_json(counter.since_reset)}};
}

nlohmann::json audit_json(const Audit& audit) {
  nlohmann::json products = nlohmann::json::array(), counters = products, events = products,
                 records = products;
  for (const books::Product& product : audit.products)
    products.push_back(
        {{"id", product.id}, {"name", product.name}, {"price", number_json(product.price)}});
  for (const Counter& counter : audit.counters) counters.push_back(counter_json(counter));
  for (const books::MachineEvent& event : audit.events)
    events.push_back({{"code", event.code}, {"date", event.date}, {"time", event.time}});
  for (const books::AuditRecord& record : audit.records)
    records.push_back(
        {{"record", record.name}, {"elements", record.elements}, {"line", record.at.line}});
  const auto& decimals = audit.currency.decimals;
  return {{"sound", audit.sound()},
          {"machine",
           {{"serial", text_or_null(audit.machine.serial)},
            {"model", text_or_null(audit.machine.model)},
            {"build", text_or_null(audit.machine.build)},
            {"location", text_or_null(audit.machine.location)},
            {"asset", text_or_null(audit.machine.asset)}}},
          {"sender", audit.sender ? text_or_null(audit.sender->id) : nlohmann::json(nullptr)},
          {"currency", text_or_null(audit.currency.code)},
          {"decimals", decimals ? nlohmann::json(*decimals) : nlohmann::json(nullptr)},
          {"date", text_or_null(audit.date)},
          {"time", text_or_null(audit.time)},
          {"g85", check_word(audit)},
          {"products", products},
          {"counters", counters},
          {"events", events},
          {"records", records}};
}

std::string movement_lines(const std::vector<Movement>& movements, const Audit& later) {
  std::string text;
  for (const Movement& movement : movements) {
    std::string what(movement.kind->what);
    if (!movement.of.empty()) what += " of " + inert(movement.of, 20);
    if (!movement.name.empty()) what += " " + inert(movement.name, 30);
    const bool counts = movement.by.count.has_value();
    const auto shown = [&](const Amounts& amounts) {
      return counts ? count_text(amounts.count) : money_text(amounts.value, later);
    };
    text += fmt::format("  {:<5} {} {:>10} {:>10} {:>8} {:>14}\n", movement.kind->record,
                        padded(what, 42), shown(movement.before), shown(movement.after),
                        counts ? fmt::format("{:+}", *movement.by.count) : "",
                        worth_text(movement.worth, later));
  }
  return text;
}

nlohmann::json movements_json(const std::vector<Movement>& movements) {
  nlohmann::json list = nlohmann::json::array();
  for (const Movement& movement : movements)
    list.push_back({{"record", movement.kind->record},
                    {"what", movement.kind->what},
                    {"of", text_or_null(movement.of)},
                    {"name", text_or_null(movement.name)},
                    {"before", amounts_json(movement.before)},
                    {"after", amounts_json(movement.after)},
                    {"by", amounts_json(movement.by)},
                    {"worth", number_json(movement.worth)},
                    {"line", movement.at.line}});
  return list;
}

}  // namespace

std::string books_text(const std::string& path, const AuditFile& file) {
  std::string text;
  for (const Audit& audit : file.audits) text += audit_text(path, audit);
  for (const Remark& remark : file.all_remarks())
    text += fmt::format("{}:{}:{}: {}{}\n", inert(path, 400), remark.at.line, remark.at.column,
                        remark.damage ? "" : "note: ", inert(remark.text, 400));
  return text;
}

nlohmann::json books_json(const std::string& path, const AuditFile& file) {
  nlohmann::json audits = nlohmann::json::array();
  nlohmann::json remarks = nlohmann::json::array();
  for (const Audit& audit : file.audits) audits.push_back(audit_json(audit));
  for (const Remark& remark : file.all_remarks())
    remarks.push_back({{"line", remark.at.line},
                       {"column", remark.at.column},
                       {"offset", remark.at.offset},
                       {"damage", remark.damage},
                       {"text", remark.text}});
  return {{"file", path}, {"sound", file.sound()}, {"readings", audits}, {"remarks", remarks}};
}

std::string difference_text(const AuditDifference& difference, const Audit& later) {
  std::string text = "\nBetween the two readings, counters since initialisation:\n";
  text += difference.moved.empty()
              ? "  none moved\n"
              : fmt::format("  {:<5} {:<42} {:>10} {:>10} {:>8} {:>14}\n{}", "", "", "before",
                            "after", "by", "worth", movement_lines(difference.moved, later));
  if (!difference.since_reset.empty())
    text += fmt::format("Counters since the last reset, which prove nothing:\n{}",
                        movement_lines(difference.since_reset, later));
  for (const std::string& note : difference.notes)
    text += fmt::format("note: {}\n", inert(note, 400));
  for (const std::string& doubt : difference.doubts)
    text += fmt::format("doubt: {}\n", inert(doubt, 400));
  text += difference.proves() ? "The machine's books say that this happened between the two.\n"
                              : "This proves nothing, for the doubts above.\n";
  return text;
}

nlohmann::json difference_json(const AuditDifference& difference) {
  return {{"proves", difference.proves()},
          {"moved", movements_json(difference.moved)},
          {"since_reset", movements_json(difference.since_reset)},
          {"doubts", difference.doubts},
          {"notes", difference.notes}};
}

}  // namespace brewproof
